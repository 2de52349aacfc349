"""The map: the supply network from tool makers to laboratories, and what is cut."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path as Curve

from sim.domain.months import Month
from sim.outcomes.network import Network, annotated, largest_cuts, opened_lines
from sim.outcomes.results import Results
from sim.presentation.style import (
    CUT,
    GREY,
    GRID_COLOUR,
    TEXT_COLOUR,
    StyledFigure,
    figure_style,
    new_figure,
    write_footnote,
    write_header,
)

CHINA = "CHN"

OPEN, OPENED = "#b9bec4", "#009e73"
"""Colours of a line left as it is, and of one on which more may pass."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Tools and design software": ("tool maker", "EDA vendor"),
    "Fabs and memory": ("fab", "foundry", "memory maker"),
    "Chip designers": ("chip designer",),
    "Hubs and clouds": ("broker", "distributor", "offshore cloud"),
    "Laboratories": ("laboratory", "frontier laboratory"),
}
"""Kinds of actor by column, from left to right."""

_ABROAD_FILL, _CHINA_FILL, _BETWEEN_FILL = "#dcebf5", "#fbe8c8", "#dff1ea"
_ABROAD, _CHINA, _BETWEEN = "#0072b2", "#b07400", "#00795a"
_BETWEEN_COLUMN = "Hubs and clouds"

_BOX_WIDTH, _BOX_HEIGHT, _STEP, _GAP = 2.02, 0.62, 0.86, 0.55
_COLUMN_STEP = 3.15
_FAN = 0.8
"""Share of a box's height over which the lines at its side fan out."""

_WIDTH_INCHES, _INCHES_A_ROW, _LEAST_INCHES = 12.5, 0.33, 5.0
_MOST_GOODS = 7
_LONGEST_NAME, _FITTING, _NAME_SIZE = 34, 28, 6.8


@dataclass(frozen=True)
class MapNode:
    """Where an actor stands on the map, and how it looks."""

    x: float
    y: float
    name: str
    edge: str
    fill: str

    @property
    def left(self) -> tuple[float, float]:
        """Where lines arrive."""
        return self.x - _BOX_WIDTH / 2, self.y

    @property
    def right(self) -> tuple[float, float]:
        """Where lines leave."""
        return self.x + _BOX_WIDTH / 2, self.y


def network_of_results(scenario: Results, baseline: Results) -> StyledFigure:
    """Return the map of a run's network, with what the scenario cuts in red.

    Drawn as the law stands in the month in which the scenario takes most away; where
    governments decide, in the last month, on average over draws.
    """
    network = scenario.network
    assert network is not None
    ours, theirs = scenario.law_at_horizon, baseline.law_at_horizon
    if scenario is baseline or ours is None or theirs is None:
        return draw_network(annotated(network), baseline.scenario, baseline.scenario)
    month, cut = largest_cuts(network, ours, theirs, scenario.months)
    opened = opened_lines(network, ours, theirs, month)
    plain = annotated(network, [*cut, *opened])
    decided = bool(ours.decisions or theirs.decisions)
    return draw_network(
        plain, scenario.scenario, baseline.scenario, month, decided=decided
    )


def draw_network(
    plain: Network,
    scenario: str,
    baseline: str,
    month: Month | None = None,
    *,
    decided: bool = False,
) -> StyledFigure:
    """Return the map of a network whose edges say what is cut.

    Args:
        plain: as `sim.outcomes.network.marked` returns it.
        scenario: name of the scenario.
        baseline: name of what it is compared with.
        month: month of the law that is shown, if it is known.
        decided: whether governments decide, so that it is a mean over draws.
    """
    places = _places(plain)
    rows = max(_depth(places), _STEP)
    with figure_style():
        height = max(_LEAST_INCHES, 1.7 + _INCHES_A_ROW * (rows / _STEP + 3))
        drawn = new_figure(_WIDTH_INCHES, height)
        words = _subtitle(scenario, baseline, month, decided)
        write_header(drawn, "The supply network", words, _KEY)
        axes = drawn.add_axes((0.07, 0.55 / height, 0.9, 1 - 1.6 / height))
        axes.axis("off")
        _draw_lines(axes, plain, places)
        for place in places.values():
            _draw_actor(axes, place)
        _write_headings(axes, places)
        _write_governments(axes, plain, -rows - 1.9 * _STEP)
        right = _COLUMN_STEP * (len(COLUMNS) - 1) + _BOX_WIDTH
        axes.set_xlim(_BOX_WIDTH / -2 - 0.1, right - _BOX_WIDTH / 2 + 0.1)
        axes.set_ylim(-rows - 2.4 * _STEP, 1.5 * _STEP)
        write_footnote(drawn, _summary(plain))
    return drawn


_KEY = (
    ("■ United States and allies", _ABROAD),
    ("■ China", _CHINA),
    ("■ in between", _BETWEEN),
    ("▪▪ cut (dashed) or under a new quota (dotted)", CUT),
    ("━ opened", OPENED),
)


def _subtitle(scenario: str, baseline: str, month: Month | None, decided: bool) -> str:
    ours, theirs = scenario.replace("_", " "), baseline.replace("_", " ")
    if ours == theirs:
        return f"under {theirs}"
    when = f", law of {month}" if month is not None else ""
    if decided:
        when += " as decided, on average over draws"
    return f"what {ours} changes against {theirs}{when}; goods flow from left to right"


def _places(plain: Network) -> dict[str, MapNode]:
    """Return where each actor that trades stands: abroad above, China below."""
    places: dict[str, MapNode] = {}
    for number, (column, kinds) in enumerate(COLUMNS.items()):
        actors = [
            (actor, facts)
            for actor, facts in plain.nodes.items()
            if facts.get("kind") in kinds and plain.degree(actor) > 0
        ]
        actors.sort(key=lambda pair: pair[1].get("country") == CHINA)
        places |= _column(actors, number * _COLUMN_STEP, column)
    return _centred(places)


def _column(
    actors: Sequence[tuple[str, Mapping[str, Any]]], x: float, column: str
) -> dict[str, MapNode]:
    found: dict[str, MapNode] = {}
    y, above = 0.0, None
    for actor, facts in actors:
        at_home = facts.get("country") == CHINA
        if above is not None and at_home != above:
            y -= _GAP
        edge, fill = _colours(column, at_home)
        name = _shortened(str(facts.get("name", actor)))
        found[actor] = MapNode(x, y, name, edge, fill)
        y, above = y - _STEP, at_home
    return found


def _centred(places: Mapping[str, MapNode]) -> dict[str, MapNode]:
    """Return the places with shorter columns moved to the middle."""
    depth = _depth(places)
    lowest: dict[float, float] = defaultdict(float)
    for place in places.values():
        lowest[place.x] = min(lowest[place.x], place.y)
    return {
        actor: MapNode(
            place.x,
            place.y - (depth + lowest[place.x]) / 2,
            place.name,
            place.edge,
            place.fill,
        )
        for actor, place in places.items()
    }


def _depth(places: Mapping[str, MapNode]) -> float:
    return -min((place.y for place in places.values()), default=0.0)


def _colours(column: str, at_home: bool) -> tuple[str, str]:
    if at_home:
        return _CHINA, _CHINA_FILL
    if column == _BETWEEN_COLUMN:
        return _BETWEEN, _BETWEEN_FILL
    return _ABROAD, _ABROAD_FILL


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _draw_lines(axes: Axes, plain: Network, places: Mapping[str, MapNode]) -> None:
    """Draw one curve for each pair of actors: open ones below, cut ones above."""
    depth = _depth(places)
    for seller, buyer, goods in _pairs(plain):
        if seller in places and buyer in places:
            _draw_line(axes, places[seller], places[buyer], goods, depth)


def _pairs(plain: Network) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    lines: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for seller, buyer, facts in plain.edges(data=True):
        lines[seller, buyer].append(facts)
    for (seller, buyer), goods in lines.items():
        yield seller, buyer, goods


def _draw_line(
    axes: Axes,
    start: MapNode,
    end: MapNode,
    goods: Sequence[Mapping[str, Any]],
    depth: float,
) -> None:
    cut = [one for one in goods if one["cut"]]
    changed = bool(cut) or any(one["opened"] for one in goods)
    colour = CUT if cut else OPENED if changed else OPEN
    only_capped = bool(cut) and all(one["share_cut"] <= 0 for one in cut)
    (x1, y1), (x2, y2) = start.right, end.left
    slope = (y2 - y1) / max(depth, abs(y2 - y1), _STEP) * _FAN * _BOX_HEIGHT / 2
    y1, y2 = y1 + slope, y2 - slope
    bend = max(abs(x2 - x1) * 0.45, 0.5)
    curve = Curve(
        [(x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)],
        [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4],
    )
    axes.add_patch(
        PathPatch(
            curve,
            fill=False,
            edgecolor=colour,
            alpha=0.75 if changed else 0.5,
            linewidth=1.0 if changed else 0.7,
            linestyle=(0, (1, 1.6)) if only_capped else (0, (4, 2)) if cut else "-",
            zorder=2 if changed else 1,
            capstyle="butt",
        )
    )


def _draw_actor(axes: Axes, place: MapNode) -> None:
    x, y = place.left
    axes.add_patch(
        FancyBboxPatch(
            (x, y - _BOX_HEIGHT / 2),
            _BOX_WIDTH,
            _BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.12",
            facecolor=place.fill,
            edgecolor=place.edge,
            linewidth=0.8,
            zorder=3,
        )
    )
    size = _NAME_SIZE * min(1.0, _FITTING / len(place.name))
    axes.text(
        place.x,
        place.y,
        place.name,
        size=size,
        ha="center",
        va="center",
        color=TEXT_COLOUR,
        zorder=4,
    )


def _write_headings(axes: Axes, places: Mapping[str, MapNode]) -> None:
    for number, column in enumerate(COLUMNS):
        x = number * _COLUMN_STEP
        if any(place.x == x for place in places.values()):
            axes.text(
                x, _STEP, column, size=8.5, weight="bold", ha="center", color=GREY
            )
    axes.axhline(0.72 * _STEP, color=GRID_COLOUR, linewidth=0.8)


def _counted(changed: Sequence[Mapping[str, Any]], lines: int, doing: str) -> str:
    if not changed:
        return ""
    goods = Counter(str(facts["good"]).replace("_", " ") for facts in changed)
    named = [f"{good} ({count})" for good, count in goods.most_common(_MOST_GOODS)]
    more = len(goods) - len(named)
    rest = f" and {more} more" if more > 0 else ""
    return (
        f"{len(changed)} of {lines} supply lines are {doing}: {', '.join(named)}{rest}."
    )


def _write_governments(axes: Axes, plain: Network, y: float) -> None:
    """Draw the governments in a row of their own: they trade nothing."""
    states = [
        facts for facts in plain.nodes.values() if facts.get("kind") == "government"
    ]
    if not states:
        return
    span = _COLUMN_STEP * (len(COLUMNS) - 1)
    step = span / max(len(states) - 1, 1)
    axes.axhline(y + 0.75 * _STEP, color=GRID_COLOUR, linewidth=0.8)
    axes.text(
        -_BOX_WIDTH / 2,
        y + 0.85 * _STEP,
        "Governments: they trade nothing, their law binds sellers and buyers",
        size=7.5,
        color=GREY,
    )
    for number, facts in enumerate(states):
        edge, fill = _colours("", facts.get("country") == CHINA)
        place = MapNode(number * step, y, str(facts["name"]), edge, fill)
        _draw_actor(axes, place)


def _summary(plain: Network) -> str:
    """Return what is cut and what is opened, in words."""
    edges = [facts for *_, facts in plain.edges(data=True)]
    words = [
        _counted([facts for facts in edges if facts[what]], len(edges), doing)
        for what, doing in (("cut", "cut"), ("opened", "opened"))
    ]
    said = " ".join(word for word in words if word)
    return (
        f"{said or f'{len(edges)} supply lines; none is cut.'}\n"
        "Chip-war simulator · several goods between two actors share one curve; what "
        "leaks is not drawn."
    )
