"""Imports every models.py, so that the metadata is whole for migrations and tests."""

from sqlmodel import SQLModel

from backend.admin import models as admin
from backend.cases import models as cases
from backend.cases.desk import models as desk
from backend.catalogue import models as catalogue
from backend.identity import models as identity
from backend.notifications import models as notifications
from backend.photos import models as photos
from backend.reports import models as reports
from backend.statistics import models as statistics
from backend.territory import models as territory

metadata = SQLModel.metadata

__all__ = [
    "admin",
    "cases",
    "catalogue",
    "desk",
    "identity",
    "metadata",
    "notifications",
    "photos",
    "reports",
    "statistics",
    "territory",
]
