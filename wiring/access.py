"""Who may reach a field, said once: the schema's directives and the tests are both drawn from it."""

from domain.values import value

STAFF_GROUPS = ("support", "warehouse", "finance", "catalog", "admin")


@value
class Access:
    """The kinds of caller that a field admits; the default admits nobody but IAM (the API's default mode)."""

    guests: bool = False
    customers: bool = False
    staff: tuple[str, ...] = ()
    system: bool = False

    def __or__(self, other: "Access") -> "Access":
        """Join two: whoever either admits (a type admits all who reach it by any field)."""
        groups = tuple(group for group in STAFF_GROUPS if group in self.staff or group in other.staff)
        return Access(
            guests=self.guests or other.guests,
            customers=self.customers or other.customers,
            staff=groups,
            system=self.system or other.system,
        )


def staff(*groups: str) -> Access:
    """Staff of these groups alone; no group named means every group."""
    unknown = set(groups) - set(STAFF_GROUPS)
    if unknown:
        raise ValueError(f"unknown staff groups: {sorted(unknown)}; known: {list(STAFF_GROUPS)}")
    return Access(staff=groups or STAFF_GROUPS)


EVERYONE = Access(guests=True, customers=True, staff=STAFF_GROUPS)
SHOPPERS = Access(guests=True, customers=True)
CUSTOMERS = Access(customers=True)
SIGNED_IN = Access(customers=True, staff=STAFF_GROUPS)
SYSTEM = Access(system=True)
