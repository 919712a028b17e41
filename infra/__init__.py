"""AWS CDK: walks the declarations."""
