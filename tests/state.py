"""All that a world remembers: every number by draw, named by where it stands."""

from collections.abc import Iterator, Mapping
from zlib import crc32

import mesa
import numpy as np

from sim.agents.lineup import Lineup
from sim.agents.tool_base import ToolBase, ToolOrders
from sim.domain.supply import SupplyLine
from sim.policy.regime import Regime
from sim.world import World

BY_NUMBER = (".catalogue[", ".planned_actions[")
"""Lists that hold the same things in another order: longer with other draws."""

PASSING = frozenset({"reactions"})
"""What is of one month alone, and as long as what any draw has heard in it."""

OF_ALL_DRAWS = frozenset({"lacking", "as_usual"})
"""What is asked of all draws at once: whether anything needs to be computed."""

SHOWN = frozenset({"_ledgers"})
"""Tables of which a thing shows a row, and that their owner holds."""

LEFT_OUT = PASSING | OF_ALL_DRAWS | SHOWN

OF_OTHER_DRAWS = (*BY_NUMBER, "._designed.", "._odds_by_name.", ".since_by_name.")
"""Memories that may be about other draws alone."""


def everything_in(world: World) -> dict[str, np.ndarray]:
    """Return every array by draw that the world, an agent or a line holds, by path.

    Draws are the last axis, which is one long where a number is the same in all; a
    table has a row for each tool, line or laboratory.
    """
    found: dict[str, np.ndarray] = {}
    for agent in world.agents:
        found.update(_inside(vars(agent), agent.name))
    for line in world.lines:
        found.update(_inside(vars(line), f"{line}"))
    found.update(_inside(world.fear, "fear"))
    found.update(_inside(world.speeds, "speeds"))
    found.update(_inside(world.beliefs.probability, "beliefs"))
    found["domestic worth"] = world.domestic_worth
    for name in ("threat", "minerals_withheld", "truce_wish", "mineral_price"):
        found.update(_inside(getattr(world, name), name.replace("_", " ")))
    for motion in world.motions:
        found.update(
            _inside(vars(motion), f"motion of {motion.state} on {motion.act.id}")
        )
    return found


def _inside(thing: object, path: str) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the arrays in a thing, but not of the actors, lines and tools it knows."""
    match thing:
        case np.ndarray():
            if thing.ndim:
                yield path, thing
        case mesa.Agent() | mesa.Model() | SupplyLine() | Regime() | str():
            pass
        case ToolBase() | ToolOrders():  # they show a table that its owner holds
            pass
        case Lineup():
            yield f"{path}.chosen", _chosen(thing)
            yield from _inside(_without(vars(thing), "choice"), path)
        case Mapping():
            for name, part in thing.items():
                if name not in LEFT_OUT:
                    yield from _inside(part, f"{path}.{name}")
        case list() | tuple():
            for number, part in enumerate(thing):
                yield from _inside(part, f"{path}[{number}]")
        case _ if hasattr(thing, "__dict__"):
            yield from _inside(vars(thing), path)


def _chosen(lineup: Lineup) -> np.ndarray:
    """Return the chip on offer in each draw, as a number that its name alone gives.

    Its place in the catalogue depends on what is designed in other draws.
    """
    names = [*(entry.chip.name for entry in lineup.catalogue), ""]
    return np.array([crc32(name.encode()) for name in names])[lineup.choice]


def _without(things: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: thing for key, thing in things.items() if key != name}


def assert_same_numbers(
    actual: World, reference: World, draws=slice(None), rtol=0.0
) -> None:
    """Check that two worlds agree in all that both remember.

    Where thresholds are decided in some draws alone, a designer also remembers chips
    that it made in other draws; those are no part of a draw's own world.
    """
    one, other = everything_in(actual), everything_in(reference)
    where = f"{{}}, {actual.month}"
    for path in one.keys() & other.keys():
        if not any(word in path for word in BY_NUMBER):
            _assert_close(
                one[path], _in_draws(other[path], draws), rtol, where.format(path)
            )
    known = one | {path: _in_draws(values, draws) for path, values in other.items()}
    for path in one.keys() ^ other.keys():
        if not any(word in path for word in OF_OTHER_DRAWS):
            assert not known[path].any(), where.format(path)


def assert_same_state(
    actual: World, reference: World, draws=slice(None), rtol=0.0
) -> None:
    """Check that two worlds remember the same, in some draws of the second.

    Args:
        actual: one world.
        reference: another.
        draws: of the other world, those to compare.
        rtol: relative tolerance; 0 asks for the same bits.
    """
    one, other = everything_in(actual), everything_in(reference)
    assert one.keys() == other.keys()
    where = f"{{}}, {actual.month}"
    for path, values in one.items():
        _assert_close(values, _in_draws(other[path], draws), rtol, where.format(path))


def _in_draws(values: np.ndarray, draws: slice) -> np.ndarray:
    """Return numbers in some draws; those that are the same in all are so in these."""
    return values if values.shape[-1] == 1 else values[..., draws]


def same_bits(actual: np.ndarray, reference: np.ndarray) -> bool:
    """Return whether two arrays are the same to the bit: quicker than to compare."""
    alike = actual.shape == reference.shape and actual.dtype == reference.dtype
    return alike and actual.tobytes() == reference.tobytes()


def _assert_close(
    actual: np.ndarray, reference: np.ndarray, rtol: float, where: str
) -> None:
    if same_bits(actual, reference):
        return
    size = np.abs(actual)
    scale = np.max(size, -1, initial=0.0, where=np.isfinite(actual), keepdims=True)
    atol = (scale + 1.0) * rtol
    if not (rtol and np.isclose(actual, reference, rtol, atol, equal_nan=True).all()):
        np.testing.assert_array_equal(actual, reference, where)
