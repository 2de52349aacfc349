"""What a run leaves in memory: its results, and not its world."""

import gc
import weakref

from sim.agents.actor import forget
from tests.worlds import built


def test_a_world_whose_run_is_over_is_let_go(records):
    world = built(records)
    trace = weakref.ref(world)
    forget(world)
    del world
    gc.collect()
    assert trace() is None
