"""The map: the supply network from tool makers to laboratories, and what is cut."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path as Curve

from sim.domain.supply import CHINA
from sim.outcomes.network_graph import Network
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.presentation import style
from sim.presentation.names import good, spaced

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
_FRAMES: Mapping[str, tuple[float, Any]] = {
    _ABROAD: (0.8, "-"),
    _CHINA: (2.0, "-"),
    _BETWEEN: (1.0, (0, (3, 2))),
}
"""Width and dashes of a frame, by its colour: they distinguish it in grey too."""

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
    """Where an actor is on the map, and how it looks."""

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


@style.figure_style()
def network_map(run: RunTables | RunFolder) -> style.StyledFigure:
    """Return the map of a run's network, with what the scenario cuts in red.

    Drawn as the law is in the month in which the scenario takes most away; where
    governments decide, in the last month, on average over draws.
    """
    network = run.network
    nodes = _nodes(network)
    rows = max(_depth(nodes), _STEP)
    height = max(_LEAST_INCHES, 1.7 + _INCHES_A_ROW * (rows / _STEP + 3))
    figure = style.new_figure(
        (_WIDTH_INCHES, height),
        "The supply network",
        _subtitle(run),
        _LEGEND,
        footnote=_summary(network),
    )
    figure.alt_text = (
        f"Map of {len(nodes)} actors in columns, from makers of tools to laboratories, "
        f"and the lines of supply between them, {_subtitle(run)}. {_changes(network)}"
    )
    axes = figure.add_axes((0.07, 0.55 / height, 0.9, 1 - 1.6 / height))
    axes.axis("off")
    _draw_lines(axes, network, nodes)
    for node in nodes.values():
        _draw_actor(axes, node)
    _write_headings(axes, nodes)
    _write_governments(axes, network, -rows - 1.9 * _STEP)
    right = _COLUMN_STEP * (len(COLUMNS) - 1) + _BOX_WIDTH
    axes.set_xlim(_BOX_WIDTH / -2 - 0.1, right - _BOX_WIDTH / 2 + 0.1)
    axes.set_ylim(-rows - 2.4 * _STEP, 1.5 * _STEP)
    return figure


_LEGEND = (
    ("■ United States and allies (thin frame)", _ABROAD),
    ("■ China (thick)", _CHINA),
    ("■ in between (dashed)", _BETWEEN),
    ("▪▪ cut (dashed) or under a new quota (dotted)", style.CUT),
    ("━ opened (thick)", OPENED),
)


def _subtitle(run: RunTables | RunFolder) -> str:
    scenario, baseline = spaced(run.scenario), spaced(run.baseline)
    if scenario == baseline:
        return f"under {baseline}"
    law = f", {run.network_law}" if run.network_law else ""
    return (
        f"what {scenario} changes against {baseline}{law}; goods flow from left to "
        "right"
    )


def _nodes(network: Network) -> dict[str, MapNode]:
    """Return where each actor that trades is drawn: abroad above, China below."""
    nodes: dict[str, MapNode] = {}
    for number, (column, kinds) in enumerate(COLUMNS.items()):
        actors = [
            (actor, facts)
            for actor, facts in network.nodes.items()
            if facts.get("kind") in kinds and network.degree(actor) > 0
        ]
        actors.sort(key=lambda pair: pair[1].get("country") == CHINA)
        nodes |= _column(actors, number * _COLUMN_STEP, column)
    return _centred(nodes)


def _column(
    actors: Sequence[tuple[str, Mapping[str, Any]]], x: float, column: str
) -> dict[str, MapNode]:
    nodes: dict[str, MapNode] = {}
    y, above = 0.0, None
    for actor, facts in actors:
        at_home = facts.get("country") == CHINA
        if above is not None and at_home != above:
            y -= _GAP
        edge, fill = _colours(column, at_home)
        name = _shortened(str(facts.get("name", actor)))
        nodes[actor] = MapNode(x, y, name, edge, fill)
        y, above = y - _STEP, at_home
    return nodes


def _centred(nodes: Mapping[str, MapNode]) -> dict[str, MapNode]:
    """Return the nodes with shorter columns moved to the middle."""
    depth = _depth(nodes)
    lowest: dict[float, float] = defaultdict(float)
    for node in nodes.values():
        lowest[node.x] = min(lowest[node.x], node.y)
    return {
        actor: replace(node, y=node.y - (depth + lowest[node.x]) / 2)
        for actor, node in nodes.items()
    }


def _depth(nodes: Mapping[str, MapNode]) -> float:
    return -min((node.y for node in nodes.values()), default=0.0)


def _colours(column: str, at_home: bool) -> tuple[str, str]:
    if at_home:
        return _CHINA, _CHINA_FILL
    if column == _BETWEEN_COLUMN:
        return _BETWEEN, _BETWEEN_FILL
    return _ABROAD, _ABROAD_FILL


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _draw_lines(axes: Axes, network: Network, nodes: Mapping[str, MapNode]) -> None:
    """Draw one curve for each pair of actors: open ones below, cut ones above."""
    depth = _depth(nodes)
    lines: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for seller, buyer, facts in network.edges(data=True):
        lines[seller, buyer].append(facts)
    for (seller, buyer), goods in lines.items():
        if seller in nodes and buyer in nodes:
            _draw_line(axes, nodes[seller], nodes[buyer], goods, depth)


def _draw_line(
    axes: Axes,
    start: MapNode,
    end: MapNode,
    goods: Sequence[Mapping[str, Any]],
    depth: float,
) -> None:
    cut = [facts for facts in goods if facts["cut"]]
    changed = bool(cut) or any(facts["opened"] for facts in goods)
    colour = style.CUT if cut else OPENED if changed else OPEN
    only_capped = bool(cut) and all(facts["share_cut"] <= 0 for facts in cut)
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
            alpha=0.8 if changed else 0.5,
            linewidth=1.1 if cut else 1.8 if changed else 0.7,
            linestyle=(0, (1, 1.6)) if only_capped else (0, (4, 2)) if cut else "-",
            zorder=2 if changed else 1,
            capstyle="butt",
        )
    )


def _draw_actor(axes: Axes, node: MapNode) -> None:
    x, y = node.left
    axes.add_patch(
        FancyBboxPatch(
            (x, y - _BOX_HEIGHT / 2),
            _BOX_WIDTH,
            _BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.12",
            facecolor=node.fill,
            edgecolor=node.edge,
            linewidth=_FRAMES[node.edge][0],
            linestyle=_FRAMES[node.edge][1],
            zorder=3,
        )
    )
    size = _NAME_SIZE * min(1.0, _FITTING / len(node.name))
    axes.text(
        node.x,
        node.y,
        node.name,
        size=size,
        ha="center",
        va="center",
        color=style.TEXT_COLOUR,
        zorder=4,
    )


def _write_headings(axes: Axes, nodes: Mapping[str, MapNode]) -> None:
    for number, column in enumerate(COLUMNS):
        x = number * _COLUMN_STEP
        if any(node.x == x for node in nodes.values()):
            axes.text(
                x, _STEP, column, size=8.5, weight="bold", ha="center", color=style.GREY
            )
    axes.axhline(0.72 * _STEP, color=style.GRID_COLOUR, linewidth=0.8)


def _counted(changed: Sequence[Mapping[str, Any]], lines: int, doing: str) -> str:
    if not changed:
        return ""
    goods = Counter(good(str(facts["good"])) for facts in changed)
    named = [f"{name} ({count})" for name, count in goods.most_common(_MOST_GOODS)]
    more = len(goods) - len(named)
    rest = f" and {more} more" if more > 0 else ""
    return (
        f"{len(changed)} of {lines} supply lines are {doing}: {', '.join(named)}{rest}."
    )


def _write_governments(axes: Axes, network: Network, y: float) -> None:
    """Draw the governments in a row of their own: they trade nothing."""
    states = [
        facts for facts in network.nodes.values() if facts.get("kind") == "government"
    ]
    if not states:
        return
    span = _COLUMN_STEP * (len(COLUMNS) - 1)
    step = span / max(len(states) - 1, 1)
    axes.axhline(y + 0.75 * _STEP, color=style.GRID_COLOUR, linewidth=0.8)
    axes.text(
        -_BOX_WIDTH / 2,
        y + 0.85 * _STEP,
        "Governments: they trade nothing, their law binds sellers and buyers",
        size=7.5,
        color=style.GREY,
    )
    for number, facts in enumerate(states):
        edge, fill = _colours("", facts.get("country") == CHINA)
        node = MapNode(number * step, y, str(facts["name"]), edge, fill)
        _draw_actor(axes, node)


def _summary(network: Network) -> str:
    """Return a footnote: what is cut and what is opened."""
    return (
        f"{_changes(network)}\n"
        "Chip-war simulator · several goods between two actors share one curve; what "
        "leaks is not drawn."
    )


def _changes(network: Network) -> str:
    """Return what is cut and what is opened, in words."""
    edges = [facts for *_, facts in network.edges(data=True)]
    texts = [
        _counted([facts for facts in edges if facts[mark]], len(edges), doing)
        for mark, doing in (("cut", "cut"), ("opened", "opened"))
    ]
    changes = " ".join(text for text in texts if text)
    return changes or f"{len(edges)} supply lines; none is cut."
