"""The kinds of import file, in the order in which a new district loads them."""

from backend.admin.kind import Kind
from backend.admin.kinds import (
    calendar,
    catalogue,
    class_words,
    communities,
    consent,
    district,
    duty_grids,
    gazetteer,
    process,
    roster,
    routing_rules,
    sources,
    squads,
    streets,
    unit_grids,
    users,
)

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        district,
        streets,
        communities,
        squads,
        unit_grids,
        users,
        duty_grids,
        catalogue,
        routing_rules,
        calendar,
        consent,
        sources,
        gazetteer,
        class_words,
    )
} | {
    kind.name: kind
    for kind in (
        process.STAGE_LIMITS,
        process.ESCALATION,
        process.PROCESS,
        process.VERIFICATION,
        roster.KIND,
    )
}
