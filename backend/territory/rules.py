"""What a routing answer says in words and flags; plain data in, sentences out."""

from dataclasses import dataclass, field

NEAR_METRES = 200.0
"""A point outside the grid belongs to the nearest cell up to this far away (contract, Routing)."""


@dataclass(frozen=True)
class Facts:
    """The rows that decided, as the routing statement read them. Distances in metres."""

    has_place: bool
    cell: str | None
    cell_metres: float | None
    """None: the cell covers the point. A number: the point lies outside of the grid, this far from the cell."""
    community: tuple[str, str] | None
    street: tuple[str, str] | None
    class_code: str | None
    class_name: str | None
    rule: tuple[str, str] | None
    """Code and reason of the rule that won; None when no rule applied."""
    rule_has_class: bool
    squad: tuple[str, str]
    home_squad: str | None
    """Name of the squad that would get any class here."""


@dataclass(frozen=True)
class Route:
    """Who gets a report and why. `why` is shown to staff as it stands."""

    squad_code: str
    squad_name: str
    cell: str | None = None
    community_code: str | None = None
    community_name: str | None = None
    street_code: str | None = None
    street_name: str | None = None
    flags: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def explain(facts: Facts) -> Route:
    """Turn the rows used into the answer.

    Flags: no_place, outside_grid, near_grid, no_rule, no_category (null), unknown_category (not in the
    catalogue of the day).
    """
    return Route(
        squad_code=facts.squad[0],
        squad_name=facts.squad[1],
        cell=facts.cell,
        community_code=facts.community[0] if facts.community else None,
        community_name=facts.community[1] if facts.community else None,
        street_code=facts.street[0] if facts.street else None,
        street_name=facts.street[1] if facts.street else None,
        flags=_flags(facts),
        why=[*_place_sentences(facts), *_rule_sentences(facts)],
    )


def _flags(facts: Facts) -> list[str]:
    flags = []
    if not facts.has_place:
        flags.append("no_place")
    elif facts.cell is None:
        flags.append("outside_grid")
    else:
        if facts.cell_metres is not None:
            flags.append("near_grid")
        if facts.rule is None:
            flags.append("no_rule")
    if facts.class_code is None:
        flags.append("no_category")
    elif facts.class_name is None:
        flags.append("unknown_category")
    return flags


def _place_sentences(facts: Facts) -> list[str]:
    if not facts.has_place:
        return [f"没有位置，归 {facts.squad[1]}（兜底）"]
    if facts.cell is None:
        return [f"位置不在单元网格内，{NEAR_METRES:.0f} 米内也没有单元网格，归 {facts.squad[1]}（兜底）"]
    sentences = []
    if facts.cell_metres is not None:
        sentences.append(f"位置在单元网格之外，取 {facts.cell_metres:.0f} 米外最近的单元网格")
    chain = [f"单元网格 {facts.cell}"]
    chain += [area[1] for area in (facts.community, facts.street) if area]
    if facts.home_squad:
        chain.append(facts.home_squad)
    return [*sentences, " → ".join(chain)]


def _rule_sentences(facts: Facts) -> list[str]:
    if facts.cell is None:
        return []
    if facts.rule is None:
        return [f"没有适用的规则，归 {facts.squad[1]}（兜底）"]
    code, reason = facts.rule
    rule = f"规则 {code}：{reason}" if reason else f"规则 {code}"
    if facts.rule_has_class:
        return [f"类别 {facts.class_name or facts.class_code} 归 {facts.squad[1]}（{rule}）"]
    return [rule]
