"""By what figures are shown: where, who, what, from where. Keys are SQL over a row `f` of a population."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import DomainError


class UnknownDimension(DomainError):
    """Figures cannot be shown by this."""

    status, code = 422, "unknown_dimension"


@dataclass(frozen=True)
class Dimension:
    """`key` is text or null (outside of it: no squad, outside the grid); `names` gives (code, name) of :keys.

    `personal`: its keys are people, so that only the desk sees more than one; `own` is what an index knows of the rows
    of :own_key, so that the key is not looked up for all.
    """

    name: str
    key: str
    names: str | None = None
    join: str = ""
    personal: bool = False
    own: str = ""


# A case counts in each duty grid that held its cell on the day of its report; the parts are more than the whole.
_GRIDS = """left join (duty_grid_cell gc join duty_grid g on g.code = gc.duty_grid_code) on gc.cell_code = f.cell
  and g.valid_from <= (f.submitted_at at time zone cast(:zone as text))::date
  and (g.valid_to is null or g.valid_to >= (f.submitted_at at time zone cast(:zone as text))::date)"""
_REPORTED_BY = """f.case_id in (select l.case_id from report r join case_report l on l.report_id = r.id
  where r.captured_by = cast(:own_key as text)::uuid) and"""
_PEOPLE = "select id::text as code, name from person where id::text = any(:keys)"


def _named(table: str) -> str:
    return f"select code, name from {table} where code = any(:keys)"


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("district", "(select code from district order by valid_from desc limit 1)", _named("district")),
        Dimension("street", "f.street", _named("street")),
        Dimension("community", "f.community", _named("community")),
        Dimension("cell", "f.cell"),
        Dimension("duty_grid", "g.code", _named("duty_grid"), _GRIDS),
        Dimension("squad", "f.squad", _named("squad")),
        Dimension("reporter", "f.reporter::text", _PEOPLE, personal=True, own=_REPORTED_BY),
        Dimension("responder", "f.responder::text", _PEOPLE, personal=True),
        Dimension(
            "class",
            "f.class_code",
            "select distinct on (k.code) k.code, k.name from category_class k"
            " join catalogue_version v on v.version = k.version where k.code = any(:keys)"
            " order by k.code, v.valid_from desc, v.version desc",
        ),
        Dimension("kind", "f.kind"),
        Dimension("source", "f.source"),
    )
}


def dimension(name: str) -> Dimension:
    """The dimension of this name. Raises UnknownDimension."""
    found = DIMENSIONS.get(name)
    if found is None:
        raise UnknownDimension(by=name, known=sorted(DIMENSIONS))
    return found


async def names_of(session: AsyncSession, by: Dimension, keys: Collection[str]) -> dict[str, str]:
    """The name of each key; a code whose name is not known (any more) stands for itself."""
    if by.names is None or not keys:
        return {key: key for key in keys}
    rows = await session.execute(text(by.names), {"keys": sorted(keys)})
    known = {row.code: row.name for row in rows}
    return {key: known.get(key, key) for key in keys}
