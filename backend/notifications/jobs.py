"""Jobs of this module: `message.tell`."""

from typing import Any

from backend.core.clock import Clock
from backend.core.db import Transactions
from backend.notifications.telling import tell


async def message_tell(payload: dict[str, Any], transactions: Transactions, clock: Clock) -> str:
    """Write the messages that a change of a case brings. Safe to run twice; says how many were new."""
    async with transactions() as session:
        return f"told {await tell(session, payload, clock())}"
