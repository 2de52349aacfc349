"""Names of the files of a sweep, in its folder and beside it, and of the folders."""

TABLE = "sweep.parquet"
DRAWS = "sweep_draws.parquet"
DESIGN = "design.csv"
FIGURES = "figures"
PROVENANCE = "provenance.json"
SWEEPS = "sweeps"
"""The folder of all sweeps, under the outputs."""

BLOCKS = "blocks"
"""The folder of the store, beside the folders of the sweeps that share it."""
