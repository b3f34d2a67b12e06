"""The question at every door."""

from core.access.levels import Role
from core.access.who import Actor, actor
from core.errors import UserError
from core.language import N_, _

MAY = {
    Role.VIEWER: N_("read"),
    Role.ANALYST: N_("ask for work: import, refresh, train, evaluate, backtest, audit"),
    Role.OWNER: N_("promote, roll back, archive or delete, or change settings and tokens"),
}

__all__ = ["Forbidden", "Role", "require"]


class Forbidden(UserError):
    """The actor's role does not reach; ``needed`` is the one that does."""

    def __init__(self, who: Actor, needed: Role):
        self.needed = needed
        super().__init__(
            _(
                "{name} is here as {role}; to {act}, the role {needed} is needed: ask an owner "
                "for it. Nothing was done."
            ).format(
                name=who.name, role=_(who.role.word), act=_(MAY[needed]), needed=_(needed.word)
            )
        )


def require(role: Role) -> Actor:
    """The one who acts, if their role reaches.

    Raises
    ------
    Forbidden
        If it does not; nothing may have been done before the call.
    """
    who = actor()
    if who.role < role:
        raise Forbidden(who, role)
    return who
