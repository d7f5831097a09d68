"""Roles. Plain Python, so that the table of moves can name them."""

from enum import StrEnum


class Role(StrEnum):
    """Roles of domain.md §1.5. `reporter` is whoever made a report of the case, `system` a timer; neither is a post.

    Of a squad's people an officer (执法队员) holds a certificate and may enforce, an auxiliary (协管员) may not; a
    member is any other unit's worker.
    """

    INSPECTOR = "inspector"
    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    SHIFT_LEADER = "shift_leader"
    SUPERINTENDENT = "superintendent"
    LEADER = "leader"
    SQUAD_MEMBER = "squad_member"
    OFFICER = "officer"
    AUXILIARY = "auxiliary"
    SQUAD_LEADER = "squad_leader"
    ADMINISTRATOR = "administrator"
    REPORTER = "reporter"
    SYSTEM = "system"


SQUAD_ROLES = frozenset({Role.SQUAD_MEMBER, Role.OFFICER, Role.AUXILIARY, Role.SQUAD_LEADER})
"""Those who put things right (处置单位)."""

INTAKE_ROLES = frozenset({Role.OPERATOR, Role.SHIFT_LEADER, Role.ADMINISTRATOR})
"""Those who order a verification, file or refuse (受理员, 值班长): the supervision centre."""

DISPATCH_ROLES = frozenset({Role.DISPATCHER, Role.SHIFT_LEADER, Role.ADMINISTRATOR})
"""Those who say which squad, and answer what squads ask for (派遣员, 值班长): the command centre."""

LEADER_ROLES = frozenset({Role.LEADER, Role.ADMINISTRATOR})
"""Those who may force a case closed or open it again."""

DESK_ROLES = INTAKE_ROLES | DISPATCH_ROLES | LEADER_ROLES | {Role.SUPERINTENDENT}
"""Everybody at the desk: they see every case."""

POSTS = frozenset(Role) - {Role.REPORTER, Role.SYSTEM}
"""What somebody can be appointed to."""
