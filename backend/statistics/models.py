"""What people say against a figure of theirs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from backend.core.clock import uuid7


class FigureContest(SQLModel, table=True):
    """Somebody says that a case does not belong into a figure of his, or of the squad that he leads.

    Once for each case, indicator and period. The answer is words: no figure changes by it (an appeal, 申诉, is what
    exempts a case; what is wrong in a case is put right there).
    """

    __tablename__ = "figure_contest"
    __table_args__ = (
        Index("figure_contest_once", "person_id", "case_id", "indicator", "period", unique=True),
        Index("figure_contest_open", "at", "id", postgresql_where="state = 'open'"),
        Index("figure_contest_mine", "person_id", "at", "id"),
        CheckConstraint("state in ('open','upheld','dismissed')", name="figure_contest_state"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id")
    indicator: str
    period: str
    person_id: UUID
    reason: str
    at: datetime
    state: str = "open"
    answer: str = ""
    answered_by: UUID | None = None
    answered_at: datetime | None = None
