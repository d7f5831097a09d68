"""Somebody with a rescue file, and the server it is for."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.rescue.key import public_jwk
from backend.settings import Settings
from tests.make import Crew, crew, make_world


@pytest.fixture
async def people(app: Litestar, session: AsyncSession) -> Crew:
    await make_world(session)
    return await crew(app, session)


@pytest.fixture
def public(settings: Settings) -> dict[str, Any]:
    return public_jwk(settings.secret)
