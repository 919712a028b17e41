"""Asks an engine on a loopback port whether it is up."""

import http.client

LOOPBACK = "127.0.0.1"
HEALTH_PATH = "/_ministack/health"


def answers(port: int, timeout: float = 1.0) -> bool:
    """Tell whether an engine answers on this port within `timeout` seconds."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
