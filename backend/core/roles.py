"""Roles. Plain Python, so that the table of moves can name them."""

from enum import StrEnum


class Role(StrEnum):
    """Roles of domain.md §1.5, as far as they exist now. `reporter` is whoever made a report of the case."""

    INSPECTOR = "inspector"
    OPERATOR = "operator"
    SQUAD_MEMBER = "squad_member"
    SQUAD_LEADER = "squad_leader"
    ADMINISTRATOR = "administrator"
    REPORTER = "reporter"


SQUAD_ROLES = frozenset({Role.SQUAD_MEMBER, Role.SQUAD_LEADER})
DESK_ROLES = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
