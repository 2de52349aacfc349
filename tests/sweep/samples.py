"""Small sweeps, made by hand."""

from dataclasses import replace
from hashlib import sha256

import numpy as np

from sim.domain.ensemble import Draws
from sim.outcomes.sweep.block_file import BlockEntry
from sim.outcomes.sweep.point_status import DesignRow
from sim.outcomes.sweep.point_values import point_values
from tests.outcomes.samples import results

FOUR = Draws(4)
SETTINGS = ("assumptions.service.skill", "scenario")


def setup_at(composer, values):
    """Return what a point runs."""
    return composer.setup(composer.command(values))


def key_at(composer, values):
    """Return the key of a point."""
    return composer.key(composer.command(values))


def key(point):
    """Return the key of a point by its number."""
    return sha256(str(point).encode()).hexdigest()


def pair(point, draws=FOUR, *, months=24, alone=False, extra=False):
    """Return what came of a point: each point, draw and side has luck of its own.

    Draw k of a point is the same whatever the draws about it.
    """
    base = results("baseline", months, draws.count, draws.first)
    if alone:
        return base, None
    series = {
        name: values + _luck(point, place, draws)
        for place, (name, values) in enumerate(base.series.items())
    }
    if extra:
        some = next(iter(series))
        series[some[0], "china:grey"] = series[some] - 1.0
    return replace(base, scenario="service_ban", series=series), base


def _luck(point, place, draws):
    each = [np.random.default_rng([point, place, k]).normal() for k in draws.numbers]
    return np.array(each)[np.newaxis]


def stored_entry(point, draws=FOUR, **how):
    """Return a point as a block holds it."""
    return BlockEntry(key(point), point_values(*pair(point, draws, **how)))


def series_of(values, measure, actor, when):
    """Return a series at a time: under the scenario, and under the baseline."""
    keys = [(label.measure, label.actor) for label in values.labels]
    where = values.times.index(when), keys.index((measure, actor))
    baseline = None if values.baseline is None else values.baseline[where]
    return values.scenario[where], baseline


def rows(points):
    """Return the rows of a design of two settings."""
    return [DesignRow((0.1 * n, "a" if n % 2 else "b"), key(n)) for n in range(points)]
