"""Which PostgreSQL this machine has: its programs, and whether PostGIS belongs to them."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15


@dataclass(frozen=True)
class Programs:
    """The programs of one PostgreSQL major version that has PostGIS 3."""

    major: int
    bin: Path

    def __getitem__(self, name: str) -> Path:
        return self.bin / name


def installed() -> list[Programs]:
    """Every PostgreSQL >= 15 with PostGIS 3 on this machine, newest first."""
    folders = set(Path("/usr/lib/postgresql").glob("*/bin")) | set(Path("/usr").glob("pgsql-*/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        folders.add(Path(on_path).resolve().parent)
    found = []
    for folder in folders:
        if not all((folder / name).exists() for name in ("postgres", "initdb", "psql")):
            continue
        major = _major(folder / "postgres")
        if major >= OLDEST and _has_postgis(folder, major):
            found.append(Programs(major, folder))
    return sorted(found, key=lambda p: p.major, reverse=True)


def _major(postgres: Path) -> int:
    """15 for "postgres (PostgreSQL) 15.18 (Debian …)"; 0 when it cannot be told."""
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number.group(1)) if number else 0


def _has_postgis(folder: Path, major: int) -> bool:
    shares = [Path(f"/usr/share/postgresql/{major}")]
    if (folder / "pg_config").exists():
        said = subprocess.run(
            [folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
        ).stdout.strip()
        shares.append(Path(said))
    for share in shares:
        control = share / "extension" / "postgis.control"
        if control.exists():
            return "default_version = '3." in control.read_text()
    return False
