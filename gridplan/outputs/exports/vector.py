"""GeoJSON and GeoParquet: one file a layer."""

from __future__ import annotations

from pathlib import Path

from gridplan.layers.area.validity import reproject, round_corners
from gridplan.proposal.frames import to_file
from gridplan.proposal.proposal import Proposal

_DIGITS = 6
LAYERS = ("units", "grids", "facilities")


def write_geojson(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as RFC 7946 GeoJSON: WGS 84 degrees, 6 decimals; unreachable minutes are null."""
    import pyogrio

    paths = []
    for name in LAYERS:
        path = folder / f"{name}.geojson"
        path.unlink(missing_ok=True)
        pyogrio.write_dataframe(
            round_corners(reproject(to_file(getattr(proposal, name), name), "EPSG:4326"), _DIGITS),
            path,
            driver="GeoJSON",
            layer=name,
            RFC7946="YES",
            COORDINATE_PRECISION=_DIGITS,
        )
        paths.append(path)
    return paths


def write_geoparquet(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as GeoParquet in the proposal's CRS; unreachable minutes are null."""
    paths = []
    for name in LAYERS:
        path = folder / f"{name}.parquet"
        to_file(getattr(proposal, name), name).to_parquet(path, index=False)
        paths.append(path)
    return paths
