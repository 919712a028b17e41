"""What a hostile or broken client might send, drawn from a seed: bodies, headers and frames, half of them nearly right."""

import base64
import json
from random import Random
from typing import Any

DOCUMENTS = (
    '{order(id:"1"){id status note total placedAt meta items{sku qty related{sku}} secret}}',
    "query Q($id: ID!, $s: Boolean = true) { a: order(id: $id) { id ...F @include(if: $s) } } fragment F on Order { note }",
    'mutation { setStatus(id: "1", status: PAID) { id status __typename } }',
    "mutation M($input: OrderInput!) { createOrder(input: $input) { id meta placedAt } }",
    "query N($m: Many) { many(input: $m) }",
    '{ find(q: "x") { ... on Order { id } ... on Item { sku } __typename } }',
    "{ __schema { types { name fields { name type { kind ofType { name } } } } } __type(name: \"Order\") { name } }",
    "{ deep { a { a { a { a { id } } } } } orders { id } unmarked { id } iamUnmarked noResolver }",
    "subscription S($id: ID) { onStatus(id: $id) { id status } }",
)  # fmt: skip
PIECES = (
    "{", "}", "(", ")", "[", "]", ":", "!", "$", "@", "...", '"', '"""', "\\u0000", "\\ud800", "\x00", "\ufeff", "\U0001f600",
    "null", "true", "1e999", "-0", "9" * 400, "__typename", "on Order", "@skip(if: $x)", "@include(if: true)", "fragment F on Order",
    "...F", "query", "#", "\n", ",", "\\", "$id: ID!", "id", "{a", "\u2028", "input: {", "[[[[", "0x1", ".5",
)  # fmt: skip
VALUES = (
    None, True, False, 0, -1, 2**31, 2**53 + 1, 2**70, 1e308, 0.1, "", "x", "1", "\x00", "\ud800", "2026-01-02T03:04:05Z",
    "{", "127.0.0.1/33", "+1", "a@b", "http://[", "PAID", "null", "\u202e", "9" * 5_000,
)  # fmt: skip
SCOPE = "Credential=AKIALOCAL/20260102/eu-west-1/appsync/aws4_request"
NAMES = (
    "id",
    "input",
    "m",
    "s",
    "note",
    "placedAt",
    "meta",
    "date",
    "ip",
    "stamp",
    "",
    "__proto__",
    "a.b",
    "\ud800",
)


def value(dice: Random, depth: int = 0) -> Any:
    """Any JSON value."""
    match dice.randrange(8 if depth < 5 else 6):
        case 6:
            return [value(dice, depth + 1) for _ in range(dice.randrange(4))]
        case 7:
            return {dice.choice(NAMES): value(dice, depth + 1) for _ in range(dice.randrange(4))}
    return dice.choice(VALUES)


def document(dice: Random) -> str:
    """A document: right, nearly right, or made to exhaust whoever reads it."""
    text = dice.choice(DOCUMENTS)
    match dice.randrange(10):
        case 0:
            return text
        case 1:
            return "{" + "a{" * dice.choice([1, 50, 2_000]) + "b" + "}" * dice.choice([0, 50, 2_000]) + "}"
        case 2:
            return (
                "{"
                + " ".join(f'a{each}: order(id: "1") {{ id }}' for each in range(dice.choice([2, 70, 800])))
                + "}"
            )
        case 3:
            return "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A orders { id } }"
        case 4:
            return f"query($x: {'[' * dice.choice([1, 40, 3_000])}Int{']' * dice.choice([1, 40, 3_000])}) {{ orders {{ id }} }}"
        case 5:
            return f"{{ many(input: {{date: {'[' * 3_000}{']' * 3_000}}}) }}"
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + dice.choice(PIECES) + text[at + dice.choice([0, 0, 1, 5]) :]
    return text


def body(dice: Random) -> bytes:
    """The body of a request."""
    wanted: Any = {
        "query": document(dice),
        "variables": value(dice),
        "operationName": dice.choice([None, "Q", "M", value(dice)]),
    }
    if dice.random() < 0.5:
        wanted["variables"] = {dice.choice(NAMES): value(dice) for _ in range(3)}
    if dice.random() < 0.1:
        wanted = value(dice)
    raw = json.dumps(wanted).encode()
    match dice.randrange(12):
        case 0:
            return raw[: dice.randrange(len(raw) + 1)]
        case 1:
            return bytes(dice.randrange(256) for _ in range(dice.randrange(60)))
        case 2:
            return b"[" * 50_000
        case 3:
            return raw.replace(b"1", b"NaN", 1).replace(b"x", b"\xff", 1)
    return raw


def credential(dice: Random, key: str) -> str:
    """What stands in `authorization` or `x-api-key`."""
    part = base64.urlsafe_b64encode(json.dumps(value(dice)).encode()).decode().rstrip("=")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k1"}').decode().rstrip("=")
    return dice.choice(
        [
            key, key[:-1], "", "Bearer", "Bearer ", f"Bearer {part}.{part}.{part}", f"{none}.{part}.", f"{part}.{part}", "a.b.c", "..",
            "AWS4-HMAC-SHA256", f"AWS4-HMAC-SHA256 {SCOPE}, SignedHeaders=host, Signature={'0' * 64}", "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;;, Signature=", "x" * 9_000, "\u00e9\u00ff", "\t",
        ]
    )  # fmt: skip


def headers(dice: Random, key: str) -> list[tuple[bytes, bytes]]:
    """Headers of a request; half of them let it in."""
    found = [(b"content-type", dice.choice([b"application/json", b"text/plain", b"", b"\xff"]))]
    if dice.random() < 0.5:
        found.append((b"x-api-key", key.encode()))
    else:
        name = dice.choice([b"authorization", b"x-api-key", b"x-amz-date", b"x-amz-content-sha256"])
        found.append((name, credential(dice, key).encode("latin-1", "replace")))
    for _ in range(dice.randrange(3)):
        name = dice.choice(
            [
                b"x-forwarded-for",
                b"cookie",
                b"x-amz-user-agent",
                b"accept",
                b"x-forwarded-for",
                b"host",
                b"x-\xff",
            ]
        )
        found.append((name, dice.choice([b"", b",,,", b"\xff\xfe", b"1.2.3.4, ::1", b"a" * 3_000])))
    return found


def right_start(dice: Random, key: str) -> dict[str, Any]:
    """A subscription as it should be; its id may be taken."""
    data = json.dumps({"query": DOCUMENTS[-1], "variables": {}})
    extensions = {"authorization": {"host": "localhost", "x-api-key": key}}
    return {
        "id": dice.choice(["1", "2", "x"]),
        "type": "start",
        "payload": {"data": data, "extensions": extensions},
    }


def frame(dice: Random, key: str) -> dict[str, Any]:
    """A message on a WebSocket, as ASGI brings it."""
    if dice.random() < 0.05:
        return {"type": "websocket.receive", "bytes": bytes(dice.randrange(256) for _ in range(20))}
    if dice.random() < 0.15:
        return {"type": "websocket.receive", "text": json.dumps(right_start(dice, key))}
    kind = dice.choice(
        [
            "start",
            "start",
            "start",
            "stop",
            "connection_init",
            "ka",
            "data",
            "connection_terminate",
            "",
            None,
            7,
            "error",
        ]
    )
    data: Any = {"query": document(dice), "variables": dice.choice([{}, value(dice)])}
    payload: Any = {
        "data": dice.choice([json.dumps(data), data, None, "", "[" * 40_000, "null"]),
        "extensions": dice.choice(
            [{"authorization": {"host": "localhost", "x-api-key": key}}, {"authorization": {"Authorization": credential(dice, key)}},
             {"authorization": value(dice)}, value(dice), None]
        ),
    }  # fmt: skip
    message = {
        "id": dice.choice(["1", "2", "3", "", None, 1, [], "x" * 2_000]),
        "type": kind,
        "payload": dice.choice([payload, payload, payload, value(dice)]),
    }
    for name in dice.sample(sorted(message), dice.choice([0, 0, 0, 1])):
        del message[name]
    text = json.dumps(message)
    match dice.randrange(12):
        case 0:
            text = text[: dice.randrange(len(text) + 1)]
        case 1:
            text = dice.choice(["", "null", "[]", "7", '"x"', "{", "[" * 50_000, "\x00", "\ud800"])
    return {"type": "websocket.receive", "text": text}
