"""Parses and validates a document once, and keeps it by its text."""

from collections import OrderedDict
from dataclasses import dataclass

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

KEPT = 1000
MAX_TOKENS = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed document. `errors` is empty when it may be executed."""

    operations: tuple[OperationDefinitionNode, ...]
    fragments: dict[str, FragmentDefinitionNode]
    errors: list[Json]
    conditional: bool
    """Whether @skip or @include may make its selections differ from request to request."""

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

    def __init__(self, model: Model, *, introspection: bool = True, kept: int = KEPT) -> None:
        self._model = model
        self._introspection = introspection
        self._kept = kept
        self._known: OrderedDict[str, Document] = OrderedDict()

    def get(self, text: str) -> Document:
        """The document of a text; DocumentProblem carries the errors of one that cannot be executed."""
        document = self._known.get(text)
        if document is None:
            document = self._known[text] = self._read(text)
            if len(self._known) > self._kept:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(text)
        if document.errors:
            raise DocumentProblem(document.errors)
        return document

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
