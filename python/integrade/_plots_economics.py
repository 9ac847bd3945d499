"""Pictures of cost-effectiveness: the plane of increments and the curve of acceptability."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional

from ._drawing import DASHES, GREY, MARKS, SERIES, THRESHOLD, Rows, effect_unit, grid, groups_of, key_below, titled
from ._errors import failure


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
          points: int = 2000, level: float = 0.95, contours: bool = False) -> Any:
    """Replicates of effect and cost, an ellipse that holds `level` of a normal cloud, and the line of a threshold."""
    radius = radius_of(level)
    rows = Rows(result, "plane", where, groups_of(result))
    held = contours_of(result, where) if contours else None
    quadrants: List[Any] = []
    for i, (name, value) in enumerate(_series(rows, where)):
        pairs = [(e, c) for e, c in zip(_of(rows, name, value, "effect"), _of(rows, name, value, "cost"))
                 if e == e and c == c]
        n, colour = len(pairs), SERIES[i % len(SERIES)]
        mean = [math.fsum(axis) / n for axis in zip(*pairs)]
        drawn = pairs[::-(-n // points)]
        ax.scatter(*zip(*drawn), s=7, color=colour, alpha=0.3, linewidths=0)
        ax.plot(*mean, MARKS[i % len(MARKS)], color=colour, markeredgecolor="white", markersize=9,
                label=None if value is None else str(value), zorder=5)
        quadrants.append((value, _shares(result, where, value)))
        if held is not None:
            draw_contours(ax, held, "arm", value, colour, DASHES[i % len(DASHES)])
        elif ellipse and n > 2:
            _ellipse(ax, pairs, mean, radius, colour, DASHES[i % len(DASHES)])
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.axvline(0, color=GREY, linewidth=0.8)
    worth = _threshold(result, threshold)
    if worth:
        limits = ax.get_xlim(), ax.get_ylim()
        ax.axline((0, 0), slope=worth, color=GREY, linestyle="--", linewidth=1.4,
                  label=f"threshold {worth:,.0f}: below it pays")
        ax.set(xlim=limits[0], ylim=limits[1])
    ax.set(xlabel="more effect per person" + effect_unit(result), ylabel="more cost per person (currency)",
           title=titled(plane_title(result, level, held), rows))
    corners(ax, quadrants)
    key_below(ax)
    return ax


def contour(result: Any, ax: Any, where: Dict[str, Any], **options: Any) -> Any:
    """The plane with contours of the density of its points in place of ellipses."""
    return plane(result, ax, where, contours=True, **options)


# ---- what planes of replicates and of samples share ----

def radius_of(level: float) -> float:
    """Of the ellipse that holds this share of a bivariate normal, in standard deviations."""
    if not 0 < level < 1:
        raise failure("ARGUMENT", "level, the share that an ellipse holds, must be above 0 and below 1")
    return math.sqrt(-2 * math.log(1 - level))


def contours_of(result: Any, where: Dict[str, Any]) -> Rows:
    if "contours" not in result._columns:
        raise failure("ARGUMENT", "the result has no contours; give the option contours, such as contours=[0.5, 0.95]")
    return Rows(result, "contours", where, groups_of(result))


def draw_contours(ax: Any, held: Rows, by: str, name: Any, colour: str, dashes: Any) -> None:
    """Lines of one series, each contour with its level at its highest point."""
    lines: Dict[Any, List[Any]] = {}
    for own, level, line, x, y in zip(*(held[c] for c in (by, "level", "line", "effect", "cost"))):
        if own == name:
            lines.setdefault((level, line), []).append((x, y))
    tops: Dict[float, Any] = {}
    for (level, _), points in lines.items():
        ax.plot(*zip(*points), color=colour, linestyle=dashes, linewidth=1.4)
        tops[level] = max([*points, *([tops[level]] if level in tops else [])], key=lambda point: point[1])
    for level, point in tops.items():
        ax.annotate(f"{100 * level:g}%", point, (0, 2), textcoords="offset points", ha="center", va="bottom", size=8)


def plane_title(result: Any, level: float, held: Optional[Rows]) -> str:
    if held is None:
        return f"Cost-effectiveness plane; ellipses hold {100 * level:g}%"
    levels = ", ".join(f"{100 * value:g}%" for value in sorted(set(held["level"])))
    if result.provenance.get("options", {}).get("contour_of") == "peak":
        return f"Cost-effectiveness plane; contours at {levels} of the highest density"
    return f"Cost-effectiveness plane; contours hold {levels}"


def corners(ax: Any, quadrants: List[Any]) -> None:
    """Percent of the points in each quadrant that there is place for."""
    for at, (east, north) in enumerate(((True, True), (True, False), (False, False), (False, True))):
        if (not east and ax.get_xlim()[0] >= 0) or (not north and ax.get_ylim()[0] >= 0):
            continue
        words = [(f"{name} " if len(quadrants) > 1 else "") + f"{shares[at]:.1f}%" for name, shares in quadrants
                 if shares and shares[at] is not None]
        ax.annotate("\n".join(words), (0.985 if east else 0.015, 0.98 if north else 0.02), xycoords="axes fraction",
                    ha="right" if east else "left", va="top" if north else "bottom", size=8, weight="bold")


def _shares(result: Any, where: Dict[str, Any], arm: Any) -> List[Any]:
    """Percent of the replicates of an arm by quadrant, from the estimates of its group."""
    rows = Rows(result, "estimates", {k: v for k, v in where.items() if k in groups_of(result)}, groups_of(result))
    held = {scale: value for scale, own, value in zip(*(rows[c] for c in ("scale", "arm", "estimate"))) if own == arm}
    return [held.get(name) for name in ("north_east", "south_east", "south_west", "north_west")]


def _ellipse(ax: Any, pairs: List[Any], mean: List[float], radius: float, colour: str, dashes: Any) -> None:
    n = len(pairs)
    ee = math.fsum((e - mean[0]) ** 2 for e, _ in pairs) / (n - 1)
    cc = math.fsum((c - mean[1]) ** 2 for _, c in pairs) / (n - 1)
    ec = math.fsum((e - mean[0]) * (c - mean[1]) for e, c in pairs) / (n - 1)
    if not ee > 0:
        return
    a = math.sqrt(ee)
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
    ax = _curves(result, ax, where, "best", "probability of being best", "Which arm is best")
    frontier = Rows(result, "ceaf", where, groups_of(result))
    ax.plot(*_steps(result, frontier, None, None), drawstyle=_drawstyle(result), color=GREY, linewidth=5, alpha=0.25, zorder=0,
            label="frontier: highest expected net benefit")
    key_below(ax)
    return ax


def _exact(result: Any) -> bool:
    """Replicates without a grid: a row of a curve holds up to the next, and the last one for ever."""
    options = result.provenance.get("options", {})
    return bool(result._columns.get("plane")) and options.get("curve_points") is None


def _drawstyle(result: Any) -> str:
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
    rows = Rows(result, table, where, groups_of(result))
    series = _series(rows, where)
    for i, (name, value) in enumerate(series):
        ax.plot(*_steps(result, rows, name, value), drawstyle=_drawstyle(result),
                color=SERIES[i % len(SERIES)], linestyle=DASHES[i % len(DASHES)], linewidth=2,
                label=None if value is None else str(value))
    ax.set_xlim(0, _most(result))
    ax.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
    ax.set(ylim=(-0.02, 1.02), xlabel=THRESHOLD, ylabel=ylabel,
           title=titled(title, rows))
    ax.locator_params(axis="x", nbins=6)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    grid(ax)
    key_below(ax)
    return ax
