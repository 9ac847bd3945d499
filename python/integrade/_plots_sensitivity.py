"""Pictures of one-way and two-way sensitivity: curves over a parameter, and the map of the best strategy."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from . import _drawing as p
from ._errors import failure


def _at(threshold: Optional[float]) -> str:
    return "" if threshold is None else f" at threshold {threshold:,.0f}"


def _same(result: Any, table: str, drawn: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Rows of a table that have the threshold and the groups of what is drawn."""
    names = [name for name, *_ in result._columns[table]]
    rows = [dict(zip(names, values)) for values in zip(*(result.values(name, table) for name in names))]
    return [row for row in rows if all(row[name] == value for name, value in drawn.items())]


def _of_groups(by: Sequence[str], drawn: Dict[str, Any]) -> str:
    return "".join(f", {name} {drawn[name]}" for name in by)


def one_way(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Net benefit of each strategy over the values of one parameter: the one with the widest bar unless named."""
    by = p.groups_of(result)
    bars = p.Rows(result, "tornado", {k: v for k, v in where.items() if k in (*by, "threshold")},
                  [*by, "strategy", "threshold"])
    parameter = where.get("parameter", bars["parameter"][0])
    groups = {name: bars[name][0] for name in by}
    held = p.Rows(result, "one_way", {**groups, **where, "parameter": parameter}, ["threshold"])
    rows = [row for row in held.dicts() if row["value"] is not None]
    if not rows:
        raise failure("EMPTY", f"the runs have no values of '{parameter}' to draw a curve over")
    threshold = rows[0]["threshold"]
    for i, name in enumerate(dict.fromkeys(row["strategy"] for row in rows)):
        own = [row for row in rows if row["strategy"] == name]
        ax.plot([row["value"] for row in own], [row["nmb"] for row in own], label=name, linewidth=2, **p.style(i))
    marks = _same(result, "switches", {**groups, "threshold": threshold, "parameter": parameter})
    for i, row in enumerate(marks, 1):
        ax.axvline(row["value_switch"], color=p.GREY, linewidth=1, linestyle=p.DASHES[i % len(p.DASHES)],
                   label=f"from {row['value_switch']:.4g}: {row['optimal_to']}")
    ax.set_xlim(min(row["value"] for row in rows), max(row["value"] for row in rows))
    ax.set(xlabel=parameter, ylabel="net monetary benefit per person",
           title=f"One-way sensitivity: {parameter}{_at(threshold)}{_of_groups(by, groups)}")
    return p.commas(ax, ax.xaxis, ax.yaxis)


def _edges(values: Sequence[float]) -> List[float]:
    """Where the cells around these values begin and end."""
    middle = [(a + b) / 2 for a, b in zip(values, values[1:])]
    return [2 * values[0] - middle[0], *middle, 2 * values[-1] - middle[-1]]


def two_way(result: Any, ax: Any, where: Dict[str, Any], mark: Optional[Sequence[float]] = None) -> Any:
    """Cells in the colour of the best strategy, its name in its region, and the lines on which it changes."""
    from matplotlib.collections import LineCollection
    from matplotlib.colors import ListedColormap, to_rgb

    by = p.groups_of(result)
    held = p.Rows(result, "map", where, [*by, "threshold"])
    drawn = {name: held[name][0] for name in (*by, "threshold")}
    names = list(dict.fromkeys(result.values("strategy", "surface")))
    axes = [sorted(set(held[f"value_{i}"])) for i in (1, 2)]
    place = [{value: i for i, value in enumerate(axis)} for axis in axes]
    cells = [[0] * len(axes[0]) for _ in axes[1]]
    for x, y, name in zip(held["value_1"], held["value_2"], held["optimal"]):
        cells[place[1][y]][place[0][x]] = names.index(name)
    colours = [[0.35 * c + 0.65 for c in to_rgb(p.SERIES[i % len(p.SERIES)])] for i in range(len(names))]
    ax.pcolormesh(_edges(axes[0]), _edges(axes[1]), cells, cmap=ListedColormap(colours), vmin=-0.5,
                  vmax=len(names) - 0.5)
    lines = [[(row["from_1"], row["from_2"]), (row["to_1"], row["to_2"])] for row in _same(result, "lines", drawn)]
    ax.add_collection(LineCollection(lines, colors="black", linewidths=1.8, capstyle="round"))
    low, high = ax.get_xlim()
    for row in _same(result, "regions", drawn):
        share = (row["value_1"] - low) / (high - low)  # a name near a side begins or ends there
        ax.annotate(f"{row['strategy']}\n{row['percent']:.3g}%", (row["value_1"], row["value_2"]), va="center", size=9,
                    ha="left" if share < 0.12 else "right" if share > 0.88 else "center")
    if mark is not None:
        if len(mark) != 2:
            raise failure("ARGUMENT", "mark must be two numbers: a value of each parameter")
        ax.plot([mark[0]], [mark[1]], "*", color="black", markersize=12)
    ax.set(xlabel=held["parameter_1"][0], ylabel=held["parameter_2"][0],
           title=f"Two-way sensitivity: which strategy is best{_at(drawn['threshold'])}{_of_groups(by, drawn)}")
    p.commas(ax, ax.xaxis, ax.yaxis)
    ax.grid(False)
    return ax
