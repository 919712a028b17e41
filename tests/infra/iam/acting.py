"""The deployed functions, brought to life in this process: each by its real composition in its own environment."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import consumers.app
import resolvers.app
from tests.infra.iam.deployed import REGION, Deployed, Place
from tests.infra.iam.recording import CrashedError, Recorder
from tests.resolvers.schema_document import TYPES, field_type, fields_of
from wiring.dispatch import InternalError

DEPTH = 5
"""How deep the selection of the exercise goes: down to the lines of an order's history."""

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Function:
    """A function of the template: its role, and what its environment says."""

    place: Place
    role: Place
    environment: Mapping[str, str]

    @property
    def consumer(self) -> str | None:
        """Which consumer it is, if it is one."""
        return self.environment.get("CONSUMER")

    def build(self) -> Callable[[Any, object], Any]:
        """The handler that Lambda would import."""
        if self.consumer:
            return consumers.app.build(self.consumer, self.environment)
        return resolvers.app.build(self.environment)


def functions(deployed: Deployed) -> dict[str, Function]:
    """Every function of a stage, by logical id."""
    return {
        place.id: Function(
            place,
            deployed.places[place.stack, place.properties["Role"]["Fn::GetAtt"][0]],
            {**deployed.resolved(place)["Environment"]["Variables"], "AWS_REGION": REGION},
        )
        for place in deployed.of_kind("Lambda::Function")
    }


def behind(deployed: Deployed) -> dict[str, str]:
    """Which function answers each field: from resolver to data source, alias and function."""
    found = {}
    for resolver in deployed.of_kind("AppSync::Resolver"):
        said = resolver.properties
        source = deployed.places[resolver.stack, said["DataSourceName"]["Fn::GetAtt"][0]].properties
        if "LambdaConfig" in source:
            alias = deployed.places[resolver.stack, source["LambdaConfig"]["LambdaFunctionArn"]["Ref"]]
            found[f"{said['TypeName']}.{said['FieldName']}"] = alias.properties["FunctionName"]["Ref"]
    return found


@dataclass
class Stage:
    """A stage that runs: its functions are called as AppSync and AWS would call them, and listened to."""

    deployed: Deployed
    recorder: Recorder
    asked: set[str] = field(default_factory=set)
    woken: set[str] = field(default_factory=set)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """The functions of the template."""
        return functions(self.deployed)

    @cached_property
    def _behind(self) -> dict[str, str]:
        return behind(self.deployed)

    @cached_property
    def _handlers(self) -> dict[str, Callable[[Any, object], Any]]:
        return {id_: function.build() for id_, function in self.functions.items()}

    def issuer(self, which: str) -> str:
        """The issuer of a pool (`CUSTOMER`, `STAFF`), as functions are told it."""
        told = (each.environment.get(f"{which}_ISSUER") for each in self.functions.values())
        return next(each for each in told if each)

    @property
    def uploads(self) -> str:
        """The bucket that takes uploads, as functions are told it."""
        told = (each.environment.get("PICTURES_BUCKET") for each in self.functions.values())
        return next(each for each in told if each)

    def machine(self) -> str:
        """The ARN of the workflow, as the function that starts it is told."""
        told = (each.environment.get("WORKFLOW_ARN") for each in self.functions.values())
        return next(each for each in told if each)

    def ask(self, key: str, identity: Arguments | None, **arguments: Any) -> Any:
        """Have a field answered by its function. Raises what the function raises."""
        answer = self._run(self._behind[key], event(key, identity, arguments))
        self.asked.add(key)
        return answer

    def done(self, key: str, identity: Arguments | None, **given: Any) -> Any:
        """Run a mutation that must not be refused."""
        answer = self.ask(key, identity, input=given)
        assert not answer["userErrors"], (key, answer["userErrors"])
        return answer

    def crashes(self, key: str, identity: Arguments | None, *, after: int, **given: Any) -> None:
        """Run a mutation whose function ends after so many of its transactions."""
        self.recorder.lives = after
        try:
            self.ask(key, identity, input=given)
        except (InternalError, CrashedError):
            return
        finally:
            self.recorder.lives = None
        raise AssertionError(f"{key} wrote no more than {after} transactions")

    def wake(self, consumer: str, given: Arguments) -> Any:
        """Hand an event to a consumer."""
        (id_,) = (id_ for id_, each in self.functions.items() if each.consumer == consumer)
        answer = self._run(id_, given)
        self.woken.add(consumer)
        return answer

    def _run(self, id_: str, given: Any) -> Any:
        self.recorder.acting = id_
        try:
            return self._handlers[id_](given, None)
        finally:
            self.recorder.acting = None


def event(key: str, identity: Arguments | None, arguments: Arguments) -> dict[str, Any]:
    """What AppSync sends to a direct resolver, everything selected."""
    type_name, _, name = key.partition(".")
    return {
        "arguments": arguments,
        "identity": identity,
        "source": None,
        "request": {"headers": {"x-amzn-trace-id": "Root=1-00000000-000000000000000000000000"}},
        "prev": None,
        "info": {
            "parentTypeName": type_name,
            "fieldName": name,
            "variables": {},
            "selectionSetList": list(selection(field_type(type_name, name))),
        },
        "stash": {},
    }


def selection(type_name: str, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every path below a type, as AppSync lists a selection."""
    if type_name in TYPES and len(path) < DEPTH:
        for each in fields_of(type_name):
            inner = (*path, each.name.value)
            yield "/".join(inner)
            yield from selection(field_type(type_name, each.name.value), inner)
