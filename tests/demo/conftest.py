"""The unit grids of the demo are built once for all tests that need them."""

from pathlib import Path

import pytest

from demo.build_cells import build_in


@pytest.fixture(scope="session")
async def grid(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """unit_grids.csv of the demo district."""
    return await build_in(database_url, tmp_path_factory.mktemp("cells"), progress=lambda _: None)
