"""Finding the places that a text names, in the district's gazetteer of streets, communities, roads, points and lamps.

Chinese is compared as it stands, then by its pinyin (a caller's 金星路 is written 金兴路 just as often), and what is
only similar by the trigrams of its pinyin: PostgreSQL's own know no Chinese in some locales (docs/adr/0087).
"""

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.geo import GeoPoint
from backend.core.pinyin import pairs, plain, spelled
from backend.territory.gazetteer_rules import Entry, FoundPlace, places_in

LEAST_SIMILAR = 0.6
MOST_READ, MOST_COMPARED = 4000, 300
"""Characters of a text in which names, and likenesses, are looked for: a likeness costs by the length of the text."""
SHORTEST = 3
"""Shorter words are neither looked for by sound nor by likeness: too many things sound like two syllables."""

_COLUMNS = "g.id, g.name, g.kind, ST_X(g.place) as lon, ST_Y(g.place) as lat, g.street_code, w.word, w.spelling"
# Only entries that share two neighbouring syllables with the text are looked at: the index on pairs names them.
_NAMED = text(
    f"""
    select {_COLUMNS} from gazetteer g, unnest(g.words, g.pinyin) as w(word, spelling)
    where g.pairs && cast(:pairs as text[]) and (position(w.word in :text) > 0
       or (g.kind <> 'lamp' and length(w.word) >= :shortest and position(w.spelling in :spelling) > 0))
    order by g.id
    """
)
_SIMILAR = text(
    f"""
    select {_COLUMNS}, strict_word_similarity(w.spelling, :spelling) as likeness
    from gazetteer g, unnest(g.words, g.pinyin) as w(word, spelling)
    where g.pairs && cast(:pairs as text[]) and g.kind not in ('lamp', 'street') and length(w.word) >= :shortest
      and strict_word_similarity(w.spelling, :spelling) >= :least
    order by likeness desc, g.id limit 20
    """
)
_BY_NAME = text(
    """
    select g.id, g.name, g.kind, ST_X(g.place) as lon, ST_Y(g.place) as lat, g.street_code, w.word, w.spelling
    from gazetteer g, unnest(g.words, g.pinyin, g.initials) as w(word, spelling, initials)
    where starts_with(w.initials, :small) or starts_with(replace(w.spelling, ' ', ''), :small)
       or position(:plain in w.word) > 0
    order by w.word = :plain desc, starts_with(w.word, :plain) desc, w.initials = :small desc, length(w.word), g.id
    limit :most
    """
)


async def find_places(session: AsyncSession, words: str) -> list[FoundPlace]:
    """The places that `words` may mean, the surest first. Positions are WGS-84; nothing is stored."""
    compared = plain(words)[:MOST_READ]
    spelling = spelled(compared)
    values = {"text": compared, "spelling": spelling, "shortest": SHORTEST, "pairs": pairs(spelling)}
    named = [_entry(row) for row in (await session.execute(_NAMED, values)).mappings()]
    found = places_in(compared, spelling, named)
    if any(place.kind not in ("street", "community") for place in found):
        return found
    near = spelled(compared[:MOST_COMPARED])
    more = {"spelling": near, "pairs": pairs(near), "shortest": SHORTEST, "least": LEAST_SIMILAR}
    similar = (await session.execute(_SIMILAR, more)).mappings()
    return places_in(compared, spelling, [*named, *(_entry(row, row["likeness"]) for row in similar)])


async def search_places(session: AsyncSession, typed: str, most: int = 20) -> list[FoundPlace]:
    """Entries by the beginning of their pinyin or initials, or by a part of their name, as somebody types them."""
    values = {"plain": plain(typed), "small": plain(typed).lower().replace(" ", ""), "most": most * 5}
    if not values["plain"]:
        return []
    rows = (await session.execute(_BY_NAME, values)).mappings()
    once: dict[tuple[str, str], FoundPlace] = {}
    for entry in map(_entry, rows):
        place = FoundPlace(entry.name, entry.kind, entry.point, 1.0, entry.word, "exact", entry.street_code)
        once.setdefault((entry.name, entry.kind), place)
    return list(once.values())[:most]


def _entry(row: RowMapping, similar: float | None = None) -> Entry:
    point = GeoPoint(lon=row["lon"], lat=row["lat"])
    return Entry(row["id"], row["name"], row["kind"], point, row["street_code"], row["word"], row["spelling"], similar)
