"""Pages that are open while a new version is built go on loading their parts."""

from pathlib import Path

from ops.former import bring_back, put_by

DAY = 86_400


def vite(dist: Path, *names: str) -> None:
    """What the build does to `dist`: everything old goes, the new parts come."""
    assets = dist / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    for path in assets.iterdir():
        path.unlink()
    for name in names:
        (assets / name).write_text(name)


def build(tmp: Path, at: float, *names: str) -> set[str]:
    put_by(tmp / "dist", tmp / "store", at)
    vite(tmp / "dist", *names)
    bring_back(tmp / "dist", tmp / "store", at)
    return {path.name for path in (tmp / "dist" / "assets").iterdir()}


def test_parts_of_a_former_build_are_served_for_thirty_days_after_it_was_replaced(tmp_path: Path) -> None:
    assert build(tmp_path, 0, "page-a.js", "vue-1.js") == {"page-a.js", "vue-1.js"}
    # It served for a year: the thirty days begin when something newer came.
    assert build(tmp_path, 365 * DAY, "page-b.js", "vue-1.js") == {"page-a.js", "page-b.js", "vue-1.js"}
    assert build(tmp_path, 394 * DAY, "page-c.js") == {"page-a.js", "page-b.js", "page-c.js", "vue-1.js"}
    assert build(tmp_path, 396 * DAY, "page-d.js") == {"page-b.js", "page-c.js", "page-d.js", "vue-1.js"}


def test_what_came_back_is_the_same_file(tmp_path: Path) -> None:
    build(tmp_path, 0, "page-a.js")
    build(tmp_path, DAY, "page-b.js")
    assert (tmp_path / "dist" / "assets" / "page-a.js").read_text() == "page-a.js"


def test_a_first_build_beside_a_dist_from_before_keeps_what_it_served(tmp_path: Path) -> None:
    vite(tmp_path / "dist", "page-old.js")
    assert build(tmp_path, DAY, "page-new.js") == {"page-old.js", "page-new.js"}
