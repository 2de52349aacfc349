"""What a run leaves in memory: its results, and not its world."""

import gc
import weakref

from sim.agents.actor import release_world
from tests.worlds import built


def test_a_world_whose_run_is_over_is_let_go(records):
    world = built(records)
    trace = weakref.ref(world)
    release_world(world)
    del world
    gc.collect()
    assert trace() is None
