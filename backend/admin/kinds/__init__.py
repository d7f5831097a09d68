"""The kinds of import file, in the order in which a new district loads them."""

from backend.admin.kind import Kind
from backend.admin.kinds import (
    calendar,
    catalogue,
    communities,
    consent,
    district,
    duty_grids,
    process,
    roster,
    routing_rules,
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
