"""Pictures of the samples of a model: plane, acceptability, loss, information, frontier, tornado."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from . import _drawing as p
from . import _plots_economics as _economics
from . import _plots_sensitivity as _sensitivity
from ._errors import failure

Curve = Dict[str, Tuple[List[float], List[float]]]


def _order(result: Any, table: str, column: str) -> List[str]:
    return [name for name in dict.fromkeys(result.values(column, table)) if name is not None]


def _reach(result: Any, most: Optional[float]) -> float:
    """The right end of a curve: that of the grid, or two and a half times the largest threshold of the estimates."""
    if most is not None:
        if not most > 0:
            raise failure("ARGUMENT", "most, the right end of the axis, must be above 0")
        return float(most)
    grid = result.provenance.get("options", {}).get("grid_to")
    if grid:
        return float(grid)
    told = [float(value) for value in result.values("threshold") if value is not None]
    return 2.5 * max(told, default=0) or 50000.0


def _held(result: Any, table: str, where: Dict[str, Any]) -> Any:
    """The rows of one group: the first, or the one that `where` names."""
    return p.Rows(result, table, where, p.groups_of(result))


def _curves(rows: Any, column: str, by: str, most: float) -> Curve:
    """Values by threshold up to `most`, one curve for each value of `by`."""
    out: Curve = {}
    for name, threshold, value in zip(*(rows[c] for c in (by, "threshold", column))):
        if threshold is None or value is None:
            continue
        x, y = out.setdefault(name, ([], []))
        if threshold <= most or (x and x[-1] < most):  # one point beyond, so that lines reach the edge
            x.append(float(threshold))
            y.append(float(value))
    top = max((max(y) for _, y in out.values() if y), default=0)
    for x, y in out.values():
        if x and x[-1] < most < math.inf and abs(y[-1]) <= 1e-9 * top:  # what has come down to 0 stays there
            x.append(most)
            y.append(y[-1])
    return out


def _finish(ax: Any, most: float, title: str, ylabel: str) -> Any:
    ax.set_xlim(0, most)
    ax.set(xlabel=p.THRESHOLD, ylabel=ylabel, title=title)
    return p.commas(ax, ax.xaxis, ax.yaxis if "currency" in ylabel else None)


def _exact(result: Any) -> bool:
    return not any(result.provenance.get("options", {}).get(name) for name in ("grid_to", "grid_step"))


def _ceac(result: Any, ax: Any, where: Dict[str, Any], most: Optional[float] = None, pairwise: bool = False) -> Any:
    """Probability that each strategy is best, with the frontier; or against the reference (pairwise)."""
    most = _reach(result, most)
    column = "probability_cost_effective" if pairwise else "probability_best"
    order, rows = _order(result, "ceac", "strategy"), _held(result, "ceac", where)
    curves = _curves(rows, column, "strategy", most)
    for name, (x, y) in curves.items():
        ax.plot(x, y, drawstyle="steps-post" if _exact(result) else "default", label=name, **p.style(order.index(name)))
    if not pairwise:
        x, y = _curves(_held(result, "evpi", where), "probability_best", "optimal", math.inf), []
        steps = sorted((t, v) for name in x for t, v in zip(*x[name]) if t <= most)
        ax.plot([t for t, _ in steps], [v for _, v in steps], color=p.GREY, linewidth=5, alpha=0.25,
                solid_capstyle="butt", label="frontier: highest expected net benefit")
    ax.set_ylim(0, 1.02)
    title = "Probability of being cost-effective, each against the reference" if pairwise else \
        "Probability of being the most cost-effective"
    return _finish(ax, most, p.titled(title, rows), "probability")


def _loss(result: Any, ax: Any, where: Dict[str, Any], most: Optional[float] = None) -> Any:
    most = _reach(result, most)
    order, rows, best = _order(result, "ceac", "strategy"), _held(result, "ceac", where), _held(result, "evpi", where)
    curves = _curves(rows, "expected_loss", "strategy", most)
    for name, (x, y) in curves.items():
        ax.plot(x, y, label=name, **p.style(order.index(name)))
    (x, y), = [list(zip(*sorted(zip(best["threshold"], best["evpi"]))))]
    ax.plot(x, y, color=p.GREY, linewidth=5, alpha=0.25, label="EVPI: the smallest of them")
    ax.set_ylim(0, 1.05 * max((v for t, v in zip(x, y) if t <= most), default=1) * 3 or 1)
    return _finish(ax, most, p.titled("Expected loss of each strategy", rows), "currency per person")


def _evpi(result: Any, ax: Any, where: Dict[str, Any], most: Optional[float] = None, population: bool = False) -> Any:
    most = _reach(result, most)
    column = "population_evpi" if population else "evpi"
    rows = _held(result, "evpi", where)
    if population and not any(v is not None for v in rows[column]):
        raise failure("ARGUMENT", "the result has no population; give the options population and horizon")
    pairs = [(t, v) for t, v in zip(rows["threshold"], rows[column]) if t is not None]
    ax.plot(*zip(*pairs), color=p.BLUE, label="EVPI")
    marks = [row for row in _held(result, "frontier", where).dicts() if row["threshold_from"] and row["threshold_from"] < most]
    for i, row in enumerate(marks, 1):
        ax.axvline(row["threshold_from"], color=p.GREY, linewidth=1, linestyle=p.DASHES[i % len(p.DASHES)],
                   label=f"from {row['threshold_from']:,.0f}: {row['strategy']}")
    ax.set_ylim(0, 1.08 * max((v for t, v in pairs if t <= most), default=1) or 1)
    return _finish(ax, most, p.titled("Expected value of perfect information", rows),
                   "currency for the population" if population else "currency per person")


def _plane(result: Any, ax: Any, where: Dict[str, Any], threshold: Optional[float] = None, level: float = 0.95,
           contours: bool = False) -> Any:
    """Increments of each sample, an ellipse that holds `level` of a normal cloud, and the line of a threshold."""
    told = [float(v) for v in result.values("threshold") if v is not None]
    if threshold is None and told:
        threshold = told[0]
    radius = _economics.radius_of(level)
    held = _held(result, "increments", where)
    lines = _economics.contours_of(result, where) if contours else None
    cloud = _held(result, "plane", where).dicts() if "plane" in result._columns else []
    for i, row in enumerate(held.dicts()):
        name, colour = row["comparison"], p.SERIES[i % len(p.SERIES)]
        if cloud:
            points = [r for r in cloud if r["comparison"] == name]
            ax.plot([r["effect"] for r in points], [r["cost"] for r in points], p.MARKS[i % len(p.MARKS)], color=colour,
                    markersize=3, alpha=0.25, linestyle="none")
        if lines is not None:
            _economics.draw_contours(ax, lines, "comparison", name, colour, p.DASHES[i % len(p.DASHES)])
        elif row["correlation"] is not None:
            turn = [2 * math.pi * k / 90 for k in range(91)]
            rest = math.sqrt(max(0.0, 1 - row["correlation"] ** 2))
            ax.plot([row["effect"] + radius * row["sd_effect"] * math.cos(t) for t in turn],
                    [row["cost"] + radius * row["sd_cost"] * (row["correlation"] * math.cos(t) + rest * math.sin(t))
                     for t in turn], color=colour, linestyle=p.DASHES[i % len(p.DASHES)])
        ax.plot([row["effect"]], [row["cost"]], p.MARKS[i % len(p.MARKS)], color=colour, markeredgecolor="white",
                markersize=9, label=f"{name} against {row['against']}")
    low, high = ax.get_xlim()
    bottom, top = ax.get_ylim()
    if threshold is not None:
        ax.plot([low, high], [threshold * low, threshold * high], color=p.GREY, linestyle="--", linewidth=1.2,
                label=f"threshold {threshold:,.0f}: below it pays")
    ax.set_xlim(low, high)
    ax.set_ylim(bottom, top)
    ax.axhline(0, color=p.GREY, linewidth=0.8)
    ax.axvline(0, color=p.GREY, linewidth=0.8)
    ax.set(xlabel="more effect per person" + p.effect_unit(result), ylabel="more cost per person (currency)",
           title=p.titled(_economics.plane_title(result, level, lines), held))
    quadrants = ("dearer_better", "cheaper_better", "cheaper_worse", "dearer_worse")
    _economics.corners(ax, [(row["comparison"], [row[name] for name in quadrants]) for row in held.dicts()])
    return p.commas(ax, ax.yaxis)


def _contour(result: Any, ax: Any, where: Dict[str, Any], **options: Any) -> Any:
    """The plane with contours of the density of its points in place of ellipses."""
    return _plane(result, ax, where, contours=True, **options)


_STATUS = {"on the frontier": ("o", 1.0), "extendedly dominated": ("^", 0.6), "dominated": ("x", 0.6),
           "same as another": ("+", 0.6)}


def _frontier(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    held = _held(result, "frontier", where)
    rows = held.dicts()
    on = [row for row in rows if row["status"] == "on the frontier"]
    ax.plot([row["effect"] for row in on], [row["cost"] for row in on], color=p.BLUE)
    for status, (mark, _) in _STATUS.items():
        same = [row for row in rows if row["status"] == status]
        if same:
            ax.plot([row["effect"] for row in same], [row["cost"] for row in same], mark, markersize=9, linestyle="none",
                    color=p.BLUE if status == "on the frontier" else p.ORANGE, label=status)
    middle = (min(held["effect"]) + max(held["effect"])) / 2
    for row in rows:  # where the frontier is not: below it on the left, above it on the right
        words = row["strategy"] + (f", {row['icer']:,.0f}" if row["icer"] is not None else "")
        left = row["effect"] <= middle
        ax.annotate(words, (row["effect"], row["cost"]), (5, -6) if left else (-5, 6), textcoords="offset points", size=9,
                    va="top" if left else "bottom", ha="left" if left else "right")
    ax.margins(0.15)
    ax.set(xlabel="effect per person" + p.effect_unit(result), ylabel="cost per person (currency)",
           title=p.titled("Cost-effectiveness frontier; numbers: ratio to the strategy before", held))
    return p.commas(ax, ax.yaxis)


def _evppi(result: Any, ax: Any, where: Dict[str, Any], most: Optional[float] = None, show: int = 6) -> Any:
    """EVPPI over thresholds of the sets that are worth most."""
    most = _reach(result, most)
    held = _held(result, "evppi", where)
    curves = _curves(held, "evppi", "parameters", most)
    worth = sorted(curves, key=lambda name: -max(curves[name][1], default=0))
    for i, name in enumerate(worth[:show]):
        ax.plot(*curves[name], label=name, **p.style(i))
    title = p.titled("Expected value of perfect information on parameters", held)
    if len(worth) > show:
        title += f"\n{show} of {len(worth)} sets, those worth most"
    ax.set_ylim(bottom=0)
    return _finish(ax, most, title, "currency per person")


_Limit = Tuple[float, float, Dict[str, Any]]  # value of a parameter, net benefit there, look of its bar


def _bars(ax: Any, place: int, middle: float, limits: Sequence[_Limit]) -> None:
    """The bars of one parameter, the longer behind; limits on one side of the middle stand one above the other."""
    limits = [limit for limit in limits if not math.isnan(limit[1])]  # the others were not run
    rights = [inmb > middle or (inmb == middle and "hatch" in look) for _, inmb, look in limits]
    lifts = (0.17, -0.17) if len(limits) == 2 and rights[0] == rights[1] else (0, 0)
    for _, inmb, look in sorted(limits, key=lambda limit: -abs(limit[1] - middle)):
        ax.barh(place, inmb - middle, left=middle, height=0.7, **look)
    for (value, inmb, _), right, lift in zip(limits, rights, lifts):
        if not math.isnan(value):
            ax.annotate(f"{value:.4g}", (inmb, place + lift), (4 if right else -4, 0), textcoords="offset points",
                        ha="left" if right else "right", va="center", size=8,
                        bbox={"fc": "white", "ec": "none", "pad": 1} if lift else None)  # one may lie on a bar


def _tornado(result: Any, ax: Any, where: Dict[str, Any], show: int = 15) -> Any:
    """Incremental net benefit at the limits of each parameter, from the samples or the runs of a model."""
    by = p.groups_of(result)
    rows = p.Rows(result, "tornado", where, [*by, "strategy", "threshold"])
    starred = rows["switches"][:show] if "switches" in rows.columns else []
    names = [name + (" *" if star else "") for name, star in zip(rows["parameter"], starred or [False] * show)]
    looks = {"low": {"color": p.BLUE, "edgecolor": "white"}, "high": {"color": p.ORANGE, "edgecolor": "white", "hatch": "//"}}
    ends = [list(zip(rows.numbers(f"value_{end}"), rows.numbers(f"inmb_{end}"), [look] * len(rows["parameter"])))[:show]
            for end, look in looks.items()]
    middle = rows.numbers("inmb")[0]
    for place, pair in enumerate(reversed(list(zip(*ends)))):
        _bars(ax, place, middle, pair)
    for label, look in zip(("parameter at its lower limit", "at its upper limit"), looks.values()):
        ax.bar(middle, 0, width=0, label=label, **look)
    reach = [inmb for end in ends for _, inmb, _ in end if not math.isnan(inmb)] + [middle]
    ax.axvline(middle, color=p.GREY, linewidth=1)
    if min(reach) < 0 < max(reach):
        ax.axvline(0, color=p.GREY, linewidth=1, linestyle="--", label="0")
    room = 0.15 * (max(reach) - min(reach))  # for the numbers at the ends of the bars
    if room > 0:
        ax.set_xlim(min(reach) - room, max(reach) + room)
    ax.set_yticks(range(len(names)), list(reversed(names)))
    threshold = rows.numbers("threshold")[0]
    title = f"Tornado: {rows['strategy'][0]}" + ("" if math.isnan(threshold) else f" at threshold {threshold:,.0f}")
    label = ("" if result.measure == "tornado" else "expected ") + "incremental net monetary benefit per person"
    ax.set(xlabel=label + ("\n*: another strategy becomes the best" if any(starred) else ""),
           title=", ".join([title, *(f"{name} {rows[name][0]}" for name in by)]))
    p.key_below(ax)
    return ax


def _evsi(result: Any, ax: Any, where: Dict[str, Any], net: bool = False) -> Any:
    """Value of a study by its size, one line per threshold; `net`: less its cost, for the population."""
    column = "enbs" if net else "evsi"
    own = _held(result, "evsi", where)
    rows = own.dicts()
    if not any(row[column] is not None for row in rows):
        raise failure("ARGUMENT", "the result has no population; give the options population and horizon")
    for i, threshold in enumerate(dict.fromkeys(row["threshold"] for row in rows)):
        held = [row for row in rows if row["threshold"] == threshold]
        ax.plot([row["size"] for row in held], [row[column] for row in held], marker=p.MARKS[i % len(p.MARKS)],
                label=f"threshold {threshold:,.0f}", **p.style(i))
    if net:
        ax.axhline(0, color=p.GREY, linewidth=1)
    else:
        ax.set_ylim(bottom=0)
    ax.set_xlim(left=0)
    ax.set(xlabel="people per group", ylabel="currency for the population" if net else "currency per person",
           title=p.titled("Expected net benefit of sampling" if net else "Expected value of sample information", own))
    return p.commas(ax, ax.xaxis, ax.yaxis)


KINDS: Dict[str, Dict[str, Callable[..., Any]]] = {
    "psa": {"ceac": _ceac, "ceaf": _ceac, "plane": _plane, "contour": _contour, "frontier": _frontier, "loss": _loss,
            "evpi": _evpi},
    "evppi": {"evppi": _evppi, "tornado": _tornado},
    "evsi": {"evsi": _evsi},
    "tornado": {"tornado": _tornado, "one_way": _sensitivity.one_way},
    "one_way": {"tornado": _tornado, "one_way": _sensitivity.one_way},
    "two_way": {"map": _sensitivity.two_way},
}
