"""How blocks are launched in these tests, and how long runs are made short."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sim.settings.multirun import multirun
from tests.sweep.stand_in import launches, task
from tests.worlds import unchecked


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Leave out the checks of types that other tests make of the same code.

    Only modules that ask for it go without: others are there to make them.
    """
    with unchecked():
        yield


@pytest.fixture
def launch(tmp_path) -> Callable[..., Any]:
    """Launch blocks with some of Hydra's words; return which were lost, and why."""

    def go(*blocks: str, words: tuple[str, ...] = ()) -> Any:
        outputs = f"outputs={tmp_path / 'outputs'}"
        return multirun(["-m", outputs, *words], task(launches(tmp_path, *blocks)))

    return go
