"""`python -m bench.load PORT BODY SECONDS`: how many answers a second a server gives to eight clients, each asking again at once."""

import json
import selectors
import socket
import sys
import time

CLIENTS = 8
KEY = "da2-local0000000000000000000000"


def request(port: int, body: str) -> bytes:
    """A POST as clients send it, with an API key for the servers that want one."""
    raw = body.encode()
    return (
        f"POST /graphql HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\nx-api-key: {KEY}\r\n"
        f"Content-Length: {len(raw)}\r\n\r\n"
    ).encode() + raw


def answered(buffer: bytes) -> bytes | None:
    """The body of a whole answer; None while more is to come. Raises ValueError for one that is no 200."""
    head, _, body = buffer.partition(b"\r\n\r\n")
    if not _:
        return None
    if not head.startswith(b"HTTP/1.1 200"):
        raise ValueError(buffer[:200].decode(errors="replace"))
    marker = head.lower().find(b"content-length:")
    length = int(head[marker + 15 :].split(b"\r\n", 1)[0])
    return body if len(body) >= length else None


def per_second(port: int, body: str, seconds: float) -> tuple[float, bytes]:
    """Answers a second, and the last of them."""
    wanted, count, last = request(port, body), 0, b""
    selector, buffers = selectors.DefaultSelector(), dict[socket.socket, bytes]()
    for _ in range(CLIENTS):
        one = socket.create_connection(("127.0.0.1", port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(one, selectors.EVENT_READ)
        buffers[one] = b""
        one.sendall(wanted)
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        for key, _ in selector.select(1):
            one = key.fileobj
            assert isinstance(one, socket.socket)
            buffers[one] += one.recv(1 << 20)
            found = answered(buffers[one])
            if found is not None:
                count, last, buffers[one] = count + 1, found, b""
                one.sendall(wanted)
    took = time.perf_counter() - started
    for one in buffers:
        one.close()
    return count / took, last


if __name__ == "__main__":
    rate, answer = per_second(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
    print(json.dumps({"rate": rate, "answer": json.loads(answer)}))
