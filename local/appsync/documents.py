"""Parses and validates a document once, and keeps it by its text."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
)
from graphql.error import GraphQLError

from local.appsync.problems import DocumentProblem, Json, TransportProblem, location, validation_error
from local.appsync.schema import Model
from local.appsync.wording import introspections, validation_errors

KEPT_CHARACTERS, LONGEST_KEPT = 500_000, 50_000
"""Of texts; a tree takes some 100 bytes for each. A front end has a few hundred documents of a few hundred characters."""
KEPT_PLANS = 100
"""Of one document: classes of callers."""
MAX_TOKENS = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed document. `errors` is empty when it may be executed. `plans` are what was compiled of it, and go with it."""

    operations: tuple[OperationDefinitionNode, ...]
    fragments: dict[str, FragmentDefinitionNode]
    errors: list[Json]
    conditional: bool
    """Whether @skip or @include may make its selections differ from request to request."""
    plans: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    def keep_plan(self, key: object, plan: Any) -> None:
        """Keep what was compiled for a key, in place of the oldest where there are many."""
        self.plans[key] = plan
        if len(self.plans) > KEPT_PLANS:
            del self.plans[next(iter(self.plans))]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run; TransportProblem when the name is missing (case 16), else DocumentProblem."""
        if name is None and len(self.operations) > 1:
            raise TransportProblem(400, "BadRequestException", "Missing operation name.")
        for operation in self.operations:
            if name is None or (operation.name is not None and operation.name.value == name):
                return operation
        raise DocumentProblem([validation_error(f"Unknown operation named '{name}'.", [])])


class Documents:
    """The documents of one API, least recently used dropped first."""

    def __init__(self, model: Model, *, introspection: bool = True) -> None:
        self._model = model
        self._introspection = introspection
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._characters = 0

    def get(self, text: str) -> Document:
        """The document of a text; DocumentProblem carries the errors of one that cannot be executed."""
        document = self._known.get(text)
        if document is None:
            document = self._read(text)
            self._keep(text, document)
        else:
            self._known.move_to_end(text)
        if document.errors:
            raise DocumentProblem(document.errors)
        return document

    def _keep(self, text: str, document: Document) -> None:
        if len(text) > LONGEST_KEPT:
            return
        self._known[text] = document
        self._characters += len(text)
        while self._characters > KEPT_CHARACTERS:
            dropped, _ = self._known.popitem(last=False)
            self._characters -= len(dropped)

    def _read(self, text: str) -> Document:
        try:
            tree = parse(text, max_lexical_tokens=MAX_TOKENS)
        except GraphQLSyntaxError as error:
            places = [location(place.line, place.column) for place in error.locations or []]
            return Document(
                (), {}, [validation_error(f"Invalid Syntax : {error.message}", places)], conditional=False
            )
        except (GraphQLError, RecursionError):
            return Document(
                (), {}, [validation_error("The document is too large or too deep.", [])], conditional=False
            )
        errors = validation_errors(self._model.schema, tree)
        if not self._introspection:
            errors = errors + introspections(tree)
        return _document(tree, text, errors)


def _document(tree: DocumentNode, text: str, errors: list[Json]) -> Document:
    operations = tuple(item for item in tree.definitions if isinstance(item, OperationDefinitionNode))
    fragments = {
        item.name.value: item for item in tree.definitions if isinstance(item, FragmentDefinitionNode)
    }
    if not operations and not errors:
        errors = [validation_error("The document holds no operation.", [])]
    return Document(operations, fragments, errors, conditional="@skip" in text or "@include" in text)
