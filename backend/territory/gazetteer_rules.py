"""From entries that a text mentions to places on the map. Plain Python; every score is an honest guess from 0 to 1."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from backend.core.geo import GeoPoint, metres_between
from backend.core.pinyin import index_of

Kind = Literal["street", "community", "road", "poi", "lamp", "address"]
How = Literal["exact", "pinyin", "similar", "crossing"]

SURE: dict[str, float] = {"lamp": 1.0, "address": 0.95, "poi": 0.9, "community": 0.5, "road": 0.4, "street": 0.25}
"""How well a mention of each kind says where something is: a lamp stands somewhere, a road is long."""
AS_IT_SOUNDS = 0.85
ELSEWHERE = 0.6
"""A place in another street than the one that the text names."""
CROSSING_M = 300.0
"""Two roads whose nearest entries are farther apart are not said to cross."""
MOST = 8

_BETWEEN = re.compile(r"[与和及跟同、/-]")
_CROSSING = re.compile(r"的?(?:十字|丁字)?(?:交叉路口|交叉口|交叉处|交叉|交汇处|交汇口|交汇|交界处|路口|口)")
_OFFSET = re.compile(
    r"[^,。;!?]{0,6}?[往向朝]?([东南西北]{1,2})(?:侧|边|面|方向)?(?:约|大概|大约)?(\d{1,4})\s*(?:米|M\b)"
)
_BEARINGS = {"北": 0, "东北": 45, "东": 90, "东南": 135, "南": 180, "西南": 225, "西": 270, "西北": 315}


@dataclass(frozen=True)
class Entry:
    """An entry of the gazetteer with the word that the text has of it; `similar`: 0 to 1 where it is only alike."""

    id: str
    name: str
    kind: str
    point: GeoPoint
    street_code: str | None
    word: str
    spelling: str
    similar: float | None = None


@dataclass(frozen=True)
class FoundPlace:
    """A place that a text may mean; `matched` is what it says, `how` how that was understood."""

    name: str
    kind: str
    point: GeoPoint
    score: float
    matched: str
    how: How
    street_code: str | None = None


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    exact: bool
    entries: tuple[Entry, ...]

    @property
    def kind(self) -> str:
        return self.entries[0].kind


def places_in(text: str, spelling: str, entries: Sequence[Entry]) -> list[FoundPlace]:
    """The places that `text` (plain, with its `spelling`) names, the surest first, at most MOST.

    The longest word wins where several cover the same characters. Two roads with a crossing word are one place, where
    their nearest entries are; "往西50米" moves a place. Entries that are only similar count if nothing else is precise.
    """
    mentions = _mentions(text, spelling, [entry for entry in entries if entry.similar is None])
    area = [mention for mention in mentions if mention.kind in ("street", "community")]
    found = [*_crossings(text, mentions)]
    for mention in mentions:
        found += _of_mention(text, mention, area)
    if not any(place.kind not in ("street", "community") for place in found):
        found += [_similar(entry) for entry in entries if entry.similar is not None]
    return _best(found)


def _mentions(text: str, spelling: str, entries: Iterable[Entry]) -> list[_Mention]:
    hits: dict[tuple[int, int, bool], list[Entry]] = {}
    for entry in entries:
        spans = [(start, start + len(entry.word), True) for start in _whole(text, entry.word)]
        if not spans and entry.kind != "lamp":
            begins = [index_of(spelling, at) for at in _all(spelling, entry.spelling)]
            spans = [(start, start + len(entry.word), False) for start in begins]
        for span in spans:
            hits.setdefault(span, []).append(entry)
    taken = [False] * (len(text) + 1)
    kept = []
    for (start, end, exact), own in sorted(hits.items(), key=lambda hit: (hit[0][0] - hit[0][1], not hit[0][2])):
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            kept.append(_Mention(start, end, exact, tuple(own)))
    return sorted(kept, key=lambda mention: mention.start)


def _all(text: str, word: str) -> Iterable[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _whole(text: str, word: str) -> Iterable[int]:
    """Where `word` stands; WC012 does not stand in WC0123."""
    for at in _all(text, word):
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (_joined(before, word[0]) or _joined(word[-1], after)):
            yield at


def _joined(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _crossings(text: str, mentions: Sequence[_Mention]) -> Iterable[FoundPlace]:
    for one, other in pairwise(mentions):
        after = _CROSSING.match(text, other.end)
        if one.kind != "road" or other.kind != "road" or not after:
            continue
        if not _BETWEEN.fullmatch(text[one.end : other.start].strip()):
            continue
        metres, a, b = min(
            ((metres_between(a.point, b.point), a, b) for a in one.entries for b in other.entries), key=lambda x: x[0]
        )
        if metres <= CROSSING_M:
            middle = GeoPoint(lon=(a.point.lon + b.point.lon) / 2, lat=(a.point.lat + b.point.lat) / 2)
            score = 0.92 - 0.4 * metres / CROSSING_M
            score *= 1.0 if one.exact and other.exact else AS_IT_SOUNDS
            name, matched = f"{a.name}与{b.name}交叉口", text[one.start : after.end()]
            place = FoundPlace(name, "crossing", middle, score, matched, "crossing", a.street_code)
            yield _moved(text, after.end(), place)


def _of_mention(text: str, mention: _Mention, area: Sequence[_Mention]) -> Iterable[FoundPlace]:
    streets = {entry.street_code or entry.id for one in area for entry in one.entries}
    named = sorted(mention.entries, key=lambda entry: (entry.name, entry.kind))
    others = [one for one in area if one is not mention]
    for _, group in groupby(named, key=lambda entry: (entry.name, entry.kind)):
        same = list(group)
        inside = [entry for entry in same if not streets or entry.street_code in streets or entry.kind == "street"]
        entry, choices = _one_of(inside or same, others)
        score = SURE[entry.kind] * (1.0 if mention.exact else AS_IT_SOUNDS)
        score *= 1.0 if inside else ELSEWHERE
        score /= math.sqrt(choices)
        how: How = "exact" if mention.exact else "pinyin"
        matched = text[mention.start : mention.end]
        place = FoundPlace(entry.name, entry.kind, entry.point, score, matched, how, entry.street_code)
        yield _moved(text, mention.end, place)


def _one_of(same: Sequence[Entry], others: Sequence[_Mention]) -> tuple[Entry, int]:
    """One entry of several that are named alike, and between how many places it was chosen. Of a road's points it is
    the one nearest to another place that the text names, or the middle one."""
    near = [entry.point for mention in others for entry in mention.entries]
    if near:
        entry = min(same, key=lambda one: min(metres_between(one.point, point) for point in near))
    else:
        entry = same[len(same) // 2]
    return entry, 1 if entry.kind == "road" else len(same)


def _moved(text: str, end: int, place: FoundPlace) -> FoundPlace:
    offset = _OFFSET.match(text, end)
    if offset is None or offset[1] not in _BEARINGS:
        return place
    bearing, metres = math.radians(_BEARINGS[offset[1]]), int(offset[2])
    lat = place.point.lat + metres * math.cos(bearing) / 111_320
    lon = place.point.lon + metres * math.sin(bearing) / (111_320 * math.cos(math.radians(place.point.lat)))
    return replace(place, point=GeoPoint(lon=lon, lat=lat), matched=place.matched + offset[0], score=place.score * 0.97)


def _similar(entry: Entry) -> FoundPlace:
    score = SURE[entry.kind] * 0.7 * (entry.similar or 0.0)
    return FoundPlace(entry.name, entry.kind, entry.point, score, entry.word, "similar", entry.street_code)


def _best(found: Iterable[FoundPlace]) -> list[FoundPlace]:
    once: dict[tuple[str, str], FoundPlace] = {}
    for place in sorted(found, key=lambda place: -place.score):
        once.setdefault((place.name, place.kind), replace(place, score=round(place.score, 3)))
    return list(once.values())[:MOST]
