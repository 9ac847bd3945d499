"""Pictures of cost-effectiveness: the plane of increments and the curve of acceptability."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, List, Optional

if TYPE_CHECKING:
    from ._plots import Rows

_CHISQUARE_2_95 = 5.991464547107979  # 95 percent of a bivariate normal lie within this squared distance


def _series(rows: Rows, where: Dict[str, Any]) -> List[Any]:
    """What a curve or a cloud is of: the arms or scenarios that occur; one None where nothing tells them apart."""
    for name in ("arm", "scenario", "strategy"):
        if name in rows.columns:
            return [(name, value) for value in dict.fromkeys(rows[name])]
    return [(None, None)]


def _of(rows: Rows, name: Optional[str], value: Any, column: str) -> List[float]:
    numbers = rows.numbers(column)
    if name is None:
        return numbers
    return [number for number, own in zip(numbers, rows[name]) if own == value]


def _threshold(result: Any, threshold: Optional[float]) -> Optional[float]:
    """The one asked for, else the first that the estimates were made at."""
    if threshold is not None:
        return float(threshold)
    known = [value for value in result.values("threshold", "estimates") if value is not None]
    return float(known[0]) if known else None


def plane(result: Any, ax: Any, where: Dict[str, Any], threshold: Optional[float] = None, ellipse: bool = True,
          points: int = 2000) -> Any:
    """Replicates of effect and cost, their 95% ellipse, and the line of a threshold."""
    from ._plots import DASHES, GREY, MARKS, SERIES, Rows, _groups, effect_unit, key_below

    rows = Rows(result, "plane", where, _groups(result))
    for i, (name, value) in enumerate(_series(rows, where)):
        pairs = [(e, c) for e, c in zip(_of(rows, name, value, "effect"), _of(rows, name, value, "cost"))
                 if e == e and c == c]
        n, colour = len(pairs), SERIES[i % len(SERIES)]
        mean = [math.fsum(axis) / n for axis in zip(*pairs)]
        drawn = pairs[::-(-n // points)]
        ax.scatter(*zip(*drawn), s=7, color=colour, alpha=0.3, linewidths=0)
        ax.plot(*mean, MARKS[i % len(MARKS)], color=colour, markeredgecolor="white", markersize=9,
                label=None if value is None else str(value), zorder=5)
        if ellipse and n > 2:
            _ellipse(ax, pairs, mean, colour, DASHES[i % len(DASHES)])
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.axvline(0, color=GREY, linewidth=0.8)
    worth = _threshold(result, threshold)
    if worth:
        limits = ax.get_xlim(), ax.get_ylim()
        ax.axline((0, 0), slope=worth, color=GREY, linestyle="--", linewidth=1.4,
                  label=f"threshold {worth:,.0f}: below it pays")
        ax.set(xlim=limits[0], ylim=limits[1])
    ax.set(xlabel="more effect per person" + effect_unit(result), ylabel="more cost per person (currency)",
           title="Cost-effectiveness plane; ellipses hold 95%" + (f": {rows.label}" if rows.label else ""))
    key_below(ax)
    return ax


def _ellipse(ax: Any, pairs: List[Any], mean: List[float], colour: str, dashes: Any) -> None:
    n = len(pairs)
    ee = math.fsum((e - mean[0]) ** 2 for e, _ in pairs) / (n - 1)
    cc = math.fsum((c - mean[1]) ** 2 for _, c in pairs) / (n - 1)
    ec = math.fsum((e - mean[0]) * (c - mean[1]) for e, c in pairs) / (n - 1)
    if not ee > 0:
        return
    radius, a = math.sqrt(_CHISQUARE_2_95), math.sqrt(ee)
    slope, rest = ec / a, math.sqrt(max(0.0, cc - ec * ec / ee))
    angles = [2 * math.pi * k / 90 for k in range(91)]
    ax.plot([mean[0] + radius * a * math.cos(t) for t in angles],
            [mean[1] + radius * (slope * math.cos(t) + rest * math.sin(t)) for t in angles], color=colour, linestyle=dashes,
            linewidth=1.4)


def ceac(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Probability of being cost-effective against the reference, over thresholds."""
    return _curves(result, ax, where, "ceac", "probability of being cost-effective",
                   "Cost-effectiveness acceptability curve")


def best(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Probability that each arm has the highest net benefit, and the frontier: that of the arm one would choose."""
    from ._plots import GREY, Rows, _groups, key_below

    ax = _curves(result, ax, where, "best", "probability of being best", "Which arm is best")
    frontier = Rows(result, "ceaf", where, _groups(result))
    ax.plot(*_steps(result, frontier, None, None), drawstyle=_style(result), color=GREY, linewidth=5, alpha=0.25, zorder=0,
            label="frontier: highest expected net benefit")
    key_below(ax)
    return ax


def _exact(result: Any) -> bool:
    """Replicates without a grid: a row of a curve holds up to the next, and the last one for ever."""
    options = result.provenance.get("options", {})
    return bool(result._columns.get("plane")) and options.get("curve_points") is None


def _style(result: Any) -> str:
    return "steps-post" if _exact(result) else "default"


def _most(result: Any) -> float:
    return max(float(value) for value in result.values("threshold", "inb"))


def _steps(result: Any, rows: Rows, name: Optional[str], value: Any) -> List[List[float]]:
    """A curve as drawn, up to the last threshold of table inb."""
    x, y = list(_of(rows, name, value, "threshold")), list(_of(rows, name, value, "probability"))
    most = _most(result)
    if _exact(result) and x and x[-1] < most:
        x, y = x + [most], y + y[-1:]
    return [x, y]


def _curves(result: Any, ax: Any, where: Dict[str, Any], table: str, ylabel: str, title: str) -> Any:
    from ._plots import DASHES, GREY, SERIES, THRESHOLD, Rows, _groups, key_below

    rows = Rows(result, table, where, _groups(result))
    series = _series(rows, where)
    for i, (name, value) in enumerate(series):
        ax.plot(*_steps(result, rows, name, value), drawstyle=_style(result),
                color=SERIES[i % len(SERIES)], linestyle=DASHES[i % len(DASHES)], linewidth=2,
                label=None if value is None else str(value))
    ax.set_xlim(0, _most(result))
    ax.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
    ax.set(ylim=(-0.02, 1.02), xlabel=THRESHOLD, ylabel=ylabel,
           title=title + (f": {rows.label}" if rows.label else ""))
    ax.locator_params(axis="x", nbins=6)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.grid(color="#dddddd")
    ax.set_axisbelow(True)
    key_below(ax)
    return ax
