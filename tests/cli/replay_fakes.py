"""Fakes for the replay's tests: an API that answers from a function and remembers, tokens, and phases that count."""

import re


class FakeApi:
    """Answers each request with `answer(operation, variables)`; `asked` holds (operation, variables, token)."""

    def __init__(self, answer):
        self._answer = answer
        self.asked = []

    async def ask(self, token, document, variables=None):
        operation = re.match(r"(?:query|mutation) (\w+)", document)[1]
        self.asked.append((operation, variables, token))
        answer = self._answer(operation, variables)
        return await answer if hasattr(answer, "__await__") else answer

    def operations(self):
        return [operation for operation, _, _ in self.asked]


class FakeTokens:
    def __init__(self, **subs):
        self.subs = {name.replace("_", "-"): sub for name, sub in subs.items()}

    async def staff(self, email):
        return email.partition("@")[0]

    async def customer(self, name):
        return name


class CountedPhases:
    def __init__(self):
        self.count = 0

    def begin(self, name, total):
        self.count = 0

    def done(self, count=1):
        self.count += count


def payload(kind=None, **fields):
    """A mutation's payload: refused with an error of this type, or done."""
    errors = [{"__typename": kind, "message": "because"}] if kind else []
    return {"userErrors": errors, **fields}
