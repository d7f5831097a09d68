"""A pasted text of a hotline is read: place, class, number, duplicates, squad. Nothing of it is stored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.cases.desk import labels
from backend.cases.desk.duplicates import duplicates
from backend.cases.desk.schemas import ClassGuess, DeskReading, PlaceOut, ReadIn
from backend.catalogue.guess import Guess, guess_classes
from backend.catalogue.service import current
from backend.photos.links import Links
from backend.territory.district import district_facts
from backend.territory.gazetteer import find_places
from backend.territory.gazetteer_rules import FoundPlace
from backend.territory.route import route
from backend.territory.schemas import RouteOut

SURE_PLACE, SURE_CLASS = 0.7, 0.7
"""From here on a sheet's row takes the best guess by itself; below, the operator decides."""


@dataclass(frozen=True)
class Read:
    """Places and classes that a text may mean, the best first."""

    places: list[FoundPlace]
    classes: list[Guess]


async def understand(session: AsyncSession, words: str, now: datetime) -> Read:
    """What `words` say of place and class."""
    catalogue = await current(session, now)
    return Read(await find_places(session, words), await guess_classes(session, catalogue, words))


async def read_text(session: AsyncSession, data: ReadIn, links: Links, now: datetime) -> DeskReading:
    """Everything that the desk needs to take the text in with one key: best place and class, their squad, and open
    cases of that class near by. Raises NoCatalogue, NoDistrict."""
    found = await understand(session, data.text, now)
    point = found.places[0].point if found.places else None
    class_code = found.classes[0].category.code if found.classes else None
    day = (await district_facts(session)).local_day(now)
    return DeskReading(
        places=[place_out(place) for place in found.places],
        classes=[_class_out(guess) for guess in found.classes],
        external_number=labels.external_number(data.text),
        phone=labels.phone(data.text),
        complainant_name=labels.complainant_name(data.text),
        duplicates=(
            await duplicates(session, links, now, point, class_code, data.radius_m, data.hours) if point else []
        ),
        route=RouteOut.of(await route(session, point, class_code, day)),
    )


def place_out(place: FoundPlace) -> PlaceOut:
    """A found place as it travels."""
    return PlaceOut(
        place.name, place.kind, place.point.lon, place.point.lat, place.score, place.matched, place.how
    )  # fmt: skip


def _class_out(guess: Guess) -> ClassGuess:
    category = guess.category
    return ClassGuess(
        category.code, category.name, category.name_en, category.icon, guess.condition, guess.score, guess.matched
    )
