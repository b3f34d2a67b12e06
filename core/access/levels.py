"""The three roles, each with the rights of those before it."""

from enum import IntEnum

from core.language import N_


class Role(IntEnum):
    """What somebody may do; compared by size."""

    VIEWER = 1
    ANALYST = 2
    OWNER = 3

    @property
    def word(self) -> str:
        """As it is written: "viewer", "analyst", "owner"; translated where shown."""
        return WORDS[self]


WORDS = {Role.VIEWER: N_("viewer"), Role.ANALYST: N_("analyst"), Role.OWNER: N_("owner")}
