"""Ensembles of the record that several tests read: computed once for all of them.

What is computed is kept in pytest's cache under a digest of everything it depends on:
code, data, scenarios and libraries. So the workers of pytest-xdist share it, and the
next run of the tests finds it, unless something has changed.
"""

import pickle
import platform
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest
from filelock import FileLock

from sim.domain.months import Month
from tests.histories import History, histories
from tests.worlds import HORIZON, as_dated

ROOT = Path(__file__).parents[1]
SOURCES = ("sim/**/*.py", "sim/data/**/*.*", "scenarios/*.yaml", "tests/*.py")
LIBRARIES = ("mesa", "networkx", "numpy", "pydantic", "scipy")
DRAWS = 300

OF_THE_BAN = (
    *("ai_compute_stock", "china_revenue", "china_share", "die_yield", "hbm_imports"),
    *("china_share_of_nvidia_compute", "domestic_accelerators", "frontier_lag_months"),
    *("hbm_stock", "offer_interconnect", "offer_memory_bandwidth", "offer_tpp"),
    *("share_of_world_ai_compute", "smuggled_share", "smuggled_units"),
    *("tool_availability", "tool_localisation", "training_compute", "units_shipped"),
    "wafer_starts",
)
OF_DECISIONS = ("mineral_price", "smuggled_units", "frontier_lag_months")


class Ensembles:
    """Recorded ensembles, from the cache or computed and put there."""

    def __init__(self, folder: Path, records, law_of) -> None:
        self.folder = folder
        self.records = records
        self.law_of = law_of

    def ban(self) -> dict[str, History]:
        """The record and the service ban: decided, joined by all, without allies."""
        ban = self.law_of("service_ban")
        alone = self.law_of("service_ban_unilateral")
        laws = {
            "service_ban": (ban, HORIZON),
            "service_ban_joined": (as_dated(ban), HORIZON),
            "service_ban_unilateral": (as_dated(alone), Month(2027, 12)),
        }
        return self._cached("ban", laws, OF_THE_BAN, HORIZON)

    def decided(self) -> dict[str, History]:
        """The record as dated, and as the allies and Beijing decide, to 2025."""
        end = Month(2025, 12)
        laws = {"decided_history": (self.law_of("decided_history"), end)}
        return self._cached("decided", laws, OF_DECISIONS, end)

    def _cached(self, name, laws, measures, horizon) -> dict[str, History]:
        path = self.folder / f"{name}-{_digest()}.pickle"
        with FileLock(self.folder / f"{name}.lock"):
            if not path.exists():
                for stale in self.folder.glob(f"{name}-*.pickle"):
                    stale.unlink()
                recorded = histories(
                    self.records, laws, measures, draws=DRAWS, horizon=horizon
                )
                path.write_bytes(pickle.dumps(recorded))
        return pickle.loads(path.read_bytes())


def _digest() -> str:
    digest = sha256(platform.python_version().encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def ensembles(request, tmp_path_factory, records, law_of) -> Ensembles:
    """Ensembles of the record, shared by all who ask for them."""
    cache = getattr(request.config, "cache", None)
    folder = (
        tmp_path_factory.getbasetemp().parent / "ensembles"
        if cache is None
        else Path(cache.mkdir("ensembles"))
    )
    folder.mkdir(exist_ok=True)
    return Ensembles(folder, records, law_of)
