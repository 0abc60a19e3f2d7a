"""GeoJSON and GeoParquet: one file a layer."""

from __future__ import annotations

from pathlib import Path

from gridplan.proposal.frames import to_file
from gridplan.proposal.proposal import Proposal

LAYERS = ("units", "grids", "facilities")


def write_geojson(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as RFC 7946 GeoJSON: WGS 84 degrees, 6 decimals; unreachable minutes are null."""
    import pyogrio

    paths = []
    for name in LAYERS:
        path = folder / f"{name}.geojson"
        path.unlink(missing_ok=True)
        pyogrio.write_dataframe(
            to_file(getattr(proposal, name), name).to_crs("EPSG:4326"),
            path,
            driver="GeoJSON",
            layer=name,
            RFC7946="YES",
            COORDINATE_PRECISION=6,
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
