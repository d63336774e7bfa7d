"""Cones to the last digit: Elasticsearch's distances are rounded, so a thin ring at the edge is looked at again.

Lucene keeps a coordinate to 8.4e-8 degrees, and its haversine may be 0.4 m off, 3.6e-6 degrees on its sphere
(`SloppyMath.haversinMeters`).
"""

from collections.abc import Callable
from typing import Any

import polars as pl

from al_core.metadata.elastic.translation import NONE, Dsl, all_of, any_of, none_of
from al_core.metadata.query import Cone
from al_core.metadata.sky import is_within

#: Half the width of the ring, degrees.
RING = 1e-5
#: Meters of a degree on Lucene's sphere (`GeoUtils.EARTH_MEAN_RADIUS_METERS`).
_METERS = 6371008.7714 * 3.141592653589793 / 180
#: Ids of one `terms`.
_MOST_TERMS = 60_000

Fetch = Callable[[Dsl], pl.DataFrame]


def exact_cone(cone: Cone, fetch: Fetch) -> Dsl:
    """Return the query of a cone.

    Parameters
    ----------
    cone : Cone
    fetch : callable
        Returns `index`, `id`, `ra`, `dec` of all rows of a query.
    """
    outer = _within(cone, cone.radius + RING)
    inner = _within(cone, cone.radius - RING)
    rows = fetch(all_of([outer, none_of(inner)]))
    kept = is_within(rows["ra"].to_numpy(), rows["dec"].to_numpy(), cone.ra, cone.dec, cone.radius)
    inside = rows.filter(pl.Series(kept, dtype=pl.Boolean))
    return any_of([inner, *_these(inside)]) if len(inside) else inner


def _within(cone: Cone, radius: float) -> Dsl:
    if radius < 0:
        return NONE
    if radius >= 180:
        return {"exists": {"field": "pos"}}
    where = {"lat": cone.dec, "lon": (cone.ra + 180) % 360 - 180}
    return {"geo_distance": {"distance": f"{radius * _METERS:.6f}m", "pos": where}}


def _these(rows: pl.DataFrame) -> list[Dsl]:
    """Return queries of single rows, by index."""
    found: list[dict[str, Any]] = []
    for (index,), part in rows.group_by("index"):
        found += [
            all_of([{"term": {"index": index}}, {"terms": {"id": piece["id"].to_list()}}])
            for piece in part.iter_slices(_MOST_TERMS)
        ]
    return found
