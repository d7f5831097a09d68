"""What was imported, when and by whom."""

import datetime as dt
from uuid import UUID

from sqlmodel import Field, SQLModel


class ImportBatch(SQLModel, table=True):
    """One import that was loaded (a dry run and a refused file leave no row)."""

    __tablename__ = "import_batch"

    id: UUID = Field(primary_key=True)
    kind: str = Field(index=True)
    file: str = Field(description="the file's name without its folder")
    sha256: str
    at: dt.datetime
    by: str = Field(description="username, or the operating system's user for the command line")
    accepted: int
    changed: int
    unchanged: int
