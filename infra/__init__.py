"""The deployment, synthesized from the declarations. Importing this folder lets CDK find the locked Node."""

from infra import node as _node

_node.use_locked_node()
