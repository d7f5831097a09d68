"""The picture of the lifecycle is the table's."""

from ops.lifecycle import FILE, draw


def test_the_picture_is_what_the_table_says() -> None:
    assert FILE.read_text() == draw(), "python -m ops.lifecycle"
