"""Names of the files of a sweep, in its folder and beside it, and of the folders."""

from sim.outcomes.manifest import MANIFEST

TABLE = "sweep.parquet"
DRAWS = "sweep_draws.parquet"
DESIGN = "design.csv"
FIGURES = "figures"
NEW_FIGURES = ".figures.partial"
"""Figures that are being drawn."""

PROVENANCE = "provenance.json"
WRITTEN = (TABLE, DRAWS, DESIGN, PROVENANCE, MANIFEST)
"""The files of a sweep, in its folder."""

SWEEPS = "sweeps"
"""The folder of all sweeps, under the outputs."""

BLOCKS = "blocks"
"""The folder of the store, beside the folders of the sweeps that share it."""
