"""Who made what a rescue file holds: known by the file, not by token or cookie. Only the rescue import may use this."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.auth import Caller, Device, Person
from backend.core.errors import DomainError
from backend.identity import queries


class UnknownOwner(DomainError):
    """There is no such person on this server."""

    status, code = 422, "unknown_owner"


class OwnerCaller(Caller):
    """Acts as the owner of one item: the phone, or the person who was signed in on it when it was made."""

    def __init__(self, session: AsyncSession, now: datetime, device_id: UUID, owner: UUID | None) -> None:
        super().__init__(
            session=session,
            lookups=queries.SqlLookups(),
            now=now,
            method="PUT",
            bearer=None,
            cookie=None,
            same_site=True,
            net="rescue",
        )
        self._device, self._owner = Device(device_id), owner

    async def device(self) -> Device:
        return self._device

    async def person(self) -> Person | None:
        """Raises UnknownOwner."""
        if self._owner is None:
            return None
        if "person" not in self._found:
            self._found["person"] = await queries.person_by_id(self.session, self._owner, self.now)
        person: Person | None = self._found["person"]
        if person is None:
            raise UnknownOwner()
        return person
