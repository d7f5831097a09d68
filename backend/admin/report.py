"""What an import says about a file."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Refusal:
    """A row that cannot be loaded. `line` counts from 1 with the header (CSV), or is the feature's number (GeoJSON)."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: all of it was loaded, or (with any refusal) none of it.

    accepted = changed + unchanged rows; all three are 0 when rows were refused. `links` are (username, token) of
    the accounts that have to set a password.
    """

    kind: str
    dry_run: bool
    accepted: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def loaded(self) -> bool:
        """Whether the file's rows are in the tables now."""
        return not self.dry_run and not self.refused
