"""The OpenAPI document is what other programs and our own phone are built on: it changes on purpose only."""

import json
from pathlib import Path

from backend.cli import openapi_text

SNAPSHOT = Path(__file__).parent / "openapi.json"


def test_the_openapi_document_is_the_committed_one() -> None:
    assert SNAPSHOT.read_text() == openapi_text(), "the API changed: run `make openapi`, look at the diff, commit it"


def test_every_operation_has_a_name_of_its_own_and_says_who_may_call_it() -> None:
    document = json.loads(SNAPSHOT.read_text())
    operations = [op for path in document["paths"].values() for op in path.values() if isinstance(op, dict)]
    names = [op["operationId"] for op in operations]
    assert len(names) == len(set(names))
    assert not [op["operationId"] for op in operations if not op.get("description")]
