"""One ensemble of histories that all patterns are looked for in."""

import pytest

from tests.histories import histories
from tests.worlds import as_dated

MEASURES = (
    "china_share",
    "china_share_of_nvidia_compute",
    "die_yield",
    "domestic_accelerators",
    "frontier_lag_months",
    "hbm_imports",
    "hbm_stock",
    "offer_interconnect",
    "offer_memory_bandwidth",
    "offer_tpp",
    "smuggled_units",
    "tool_availability",
    "training_compute",
    "units_shipped",
    "wafer_starts",
)


@pytest.fixture(scope="package")
def all_histories(records, law_of):
    """The record, the service ban joined by all, and without allies: 300 draws."""
    names = ("service_ban", "service_ban_unilateral")
    laws = {name: as_dated(law_of(name)) for name in names}
    return histories(records, laws, MEASURES, draws=300)


@pytest.fixture(scope="package")
def history(all_histories):
    """What happened under the law of record."""
    return all_histories["baseline"]
