"""Whose figures somebody may see: the desk all, a squad leader his squad's, everybody their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.core.auth import Person
from backend.core.errors import Forbidden
from backend.core.roles import DESK_ROLES, Role
from backend.statistics.dimensions import Dimension


@dataclass(frozen=True)
class Scope:
    """Rows of these squads only, or of this person only; of everybody when both are null."""

    squads: tuple[str, ...] | None = None
    person: UUID | None = None

    def clause(self, by: Dimension) -> str:
        """SQL over `f` that keeps the rows of the scope, beginning with "and"; empty for all."""
        if self.person is not None:
            return f"and {by.own} {by.key} = cast(:own_key as text)"
        return "and f.squad = any(:own_squads)" if self.squads is not None else ""

    @property
    def values(self) -> Mapping[str, Any]:
        """The parameters of `clause`."""
        if self.person is not None:
            return {"own_key": str(self.person)}
        return {"own_squads": list(self.squads)} if self.squads is not None else {}


EVERYTHING = Scope()


def scope_of(person: Person, by: Dimension) -> Scope:
    """What `person` may see by this dimension. Raises Forbidden.

    No ranking of people is shown to anybody but the desk: by reporter and responder everybody else sees one row.
    """
    if person.roles & DESK_ROLES:
        return EVERYTHING
    if by.personal:
        return Scope(person=person.id)
    led = squads_led(person)
    if not led:
        raise Forbidden("These figures are for the desk and for squad leaders; your own are by reporter or responder.")
    return Scope(squads=led)


def squads_led(person: Person) -> tuple[str, ...]:
    """Codes of the squads whose leader this person is today."""
    led = {post.squad_code for post in person.posts if post.role is Role.SQUAD_LEADER and post.squad_code}
    return tuple(sorted(led))
