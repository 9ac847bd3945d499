"""Pictures of results, with matplotlib."""

from __future__ import annotations

import json
import math
from textwrap import fill
from typing import Any, Callable, Dict, List, Optional

from . import _core, _plots_economics, _plots_eq5d, _plots_psa, _plots_reliability
from ._drawing import (
    BLUE, DASHES, GREY, MARKS, ORANGE, SERIES, TEAL, Rows, grid, groups_of, short_number, titled, words_of,
)
from ._errors import failure

_MOST_ROWS = 40


def draw(result: Any, ax: Any, kind: Optional[str], where: Optional[Dict[str, Any]] = None,
         title: Optional[str] = None, **options: Any) -> Any:
    kinds = {**_KINDS.get(result.measure, {}), "estimates": _estimates}
    if kind is None:
        kind = next(iter(kinds))
    if kind not in kinds:
        raise failure("ARGUMENT", f"measure {result.measure} has no picture '{kind}'; allowed: {', '.join(kinds)}")
    if ax is None:
        try:
            from matplotlib import pyplot
        except ImportError:
            raise ImportError("pictures need matplotlib: python3 -m pip install matplotlib") from None
        ax = pyplot.figure(figsize=(7, 5), layout="constrained").add_subplot()
    ax = kinds[kind](result, ax, where or {}, **options)
    if title is not None:
        ax.set_title(title)
    return ax


# ---- any table of estimates: dots with intervals ----

def _estimates(result: Any, ax: Any, where: Dict[str, Any], scale: Optional[str] = None) -> Any:
    """One unit at a time: rows in the unit of the first estimate, or of `scale`."""
    rows = Rows(result, "estimates", {**where, **({"scale": scale} if scale else {})}, [])
    names = list(rows.columns)
    groups = names[names.index("scale") + 1 : names.index("n")]
    keep = [i for i, value in zip(rows.rows, rows["estimate"]) if value is not None]
    unit = rows.columns["unit"][keep[0]] if keep else None
    keep = [i for i in keep if rows.columns["unit"][i] == unit]
    left_out = len(keep) - _MOST_ROWS
    rows.rows = keep[:_MOST_ROWS]
    told = [name for name in ["scale", *groups] if len(set(rows[name])) > 1] or ["scale"]
    labels = [", ".join(words_of(value) for value in parts if value is not None)
              for parts in zip(*(rows[name] for name in told))]
    places = list(range(len(rows)))[::-1]
    values, low, high = (rows.numbers(name) for name in ("estimate", "conf_low", "conf_high"))
    known = [value for value in (*values, *low, *high) if value == value]
    if unit == "ratio" or min(known) < 0 < max(known):  # where nothing differs
        ax.axvline(1 if unit == "ratio" else 0, color=GREY, linewidth=1, linestyle="--")
    ax.hlines(places, low, high, color=BLUE, linewidth=1.5)
    ax.plot(values, places, "o", color=BLUE)
    ax.set_yticks(places, labels)
    ax.set_xlabel(str(unit) + (f"  ({left_out} more estimates are not drawn)" if left_out > 0 else ""))
    same = [words_of(rows[name][0]) for name in ("scale", *groups) if name not in told and rows[name][0] is not None]
    ax.set_title(": ".join([words_of(result.measure), *([", ".join(same)] if same else [])]))
    grid(ax, "x")
    return ax


def _costs(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Costs per person by category, or by resource where there are none, of all payers unless `where` names one."""
    known = [name for name, *_ in result._columns["estimates"]]
    whole = {"resource": "all" if "category" in known else None, "payer": "all" if "payer" in known else None}
    ax = _estimates(result, ax, {**{name: value for name, value in whole.items() if value}, **where}, "cost")
    ax.set(title="Cost per person", xlabel=ax.get_xlabel().replace("currency", "currency per person", 1))
    return ax


# ---- functional integration: unit by unit ----

_MATRIX_TITLES = {
    "actual": "Actual integration, as the row's unit sees it",
    "optimum": "Optimal integration, as the row's unit sees it",
    "gap": "Gap: optimum less actual",
    "received": "Integration as the partner sees it",
    "disagreement": "Disagreement: declared less received",
}


def _matrix(column: str) -> Callable[..., Any]:
    def picture(result: Any, ax: Any, where: Dict[str, Any], numbers: bool = True) -> Any:
        from matplotlib.colors import LinearSegmentedColormap, Normalize

        rows = Rows(result, "matrix", where, groups_of(result))
        raters = list(dict.fromkeys(rows["unit"]))
        others = dict.fromkeys(rows["partner"])
        # Units that rate each other stand in the same order on both sides; others have a side of their own.
        units = [unit for unit in raters if unit in others] + [unit for unit in others if unit not in set(raters)]
        line_of, place = {unit: i for i, unit in enumerate(raters)}, {unit: i for i, unit in enumerate(units)}
        cells = [[math.nan] * len(units) for _ in raters]
        for unit, partner, value in zip(rows["unit"], rows["partner"], rows.numbers(column)):
            cells[line_of[unit]][place[partner]] = value
        flat = [value for line in cells for value in line if value == value]
        if column in ("gap", "disagreement"):
            colours: Any = LinearSegmentedColormap.from_list("gap", [ORANGE, "white", BLUE])
            most = max(map(abs, flat), default=1) or 1
            scale = Normalize(-most, most)
        else:
            colours, scale = "cividis", Normalize(0, max(100, max(flat, default=0)))
        wide = max(map(abs, flat), default=0) >= 20
        image = ax.imshow(cells, cmap=colours, norm=scale)
        ax.set_facecolor("#eeeeee")
        if numbers and len(units) <= 25:
            for i, line in enumerate(cells):
                for j, value in enumerate(line):
                    red, green, blue, _ = image.cmap(scale(value))
                    dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5
                    text = f"{value:{'+' if column in ('gap', 'disagreement') else ''}.{0 if wide else 1}f}"
                    ax.text(j, i, "" if value != value else text, ha="center", va="center", size=8, color="white" if dark else "black")
        ax.set_xticks(range(len(units)), units, rotation=0 if max(map(len, map(str, units))) < 4 else 45,
                      ha="center" if max(map(len, map(str, units))) < 4 else "right")
        ax.set_yticks(range(len(raters)), raters)
        ax.set(xlabel="partner", ylabel="unit", title=_MATRIX_TITLES[column] + (f"\n{rows.label}" if rows.label else ""))
        ax.figure.colorbar(image, ax=ax, label="points", shrink=0.8)
        return ax

    return picture


def _titles(result: Any, part: str) -> Dict[str, str]:
    """Titles of a part of the built-in definition that the result was made with."""
    used = result.provenance.get("definition") or {}
    if used.get("id") not in _core.instruments():
        return {}
    definition = json.loads(_core.instrument_check(used["id"]))
    if definition["sha256"] != used.get("sha256"):
        return {}
    return {entry["id"]: entry.get("title") or entry["id"] for entry in definition.get(part, [])}


# ---- scorecards: distance to target by perspective ----

_STATUS = {"met": (TEAL, "^"), "uncertain": (GREY, "s"), "not met": (ORANGE, "v"), "no data": (GREY, "x")}


def _scorecard(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """One site and period: the first site and the last period unless `where` says otherwise."""
    columns = [name for name, *_ in result._columns["indicators"]]
    groups = [name for name in ("site", "period") if name in columns]
    if "period" in groups and "period" not in where:
        where = {**where, "period": result.values("period", "indicators")[-1]}
    rows = Rows(result, "indicators", where, groups)
    chosen = {name: rows[name][0] for name in groups}
    whole = Rows(result, "estimates", {"scale": "score", "indicator": "all", **chosen}, [])
    totals = {p: (e, low, high) for p, e, low, high in zip(
        whole["perspective"], whole.numbers("estimate"), whole.numbers("conf_low"), whole.numbers("conf_high"))}
    low, high = _score_limits(result, chosen)
    lines: List[Any] = []  # label, score, limits, status or None for a perspective, words
    for perspective in dict.fromkeys(rows["perspective"]):
        lines.append((words_of(perspective), *totals.get(perspective, (math.nan,) * 3), None, ""))
        for i, name in enumerate(rows["indicator"]):
            if rows["perspective"][i] == perspective:
                value, unit = rows.numbers("value")[i], rows["unit"][i]
                words = short_number(value) + (f" {unit}" if unit and value == value else "")
                lines.append(("    " + words_of(name), rows.numbers("score")[i], low.get(name, math.nan),
                              high.get(name, math.nan), rows["status"][i], words))
    lines.append(("Total", *totals.get("all", (math.nan,) * 3), None, ""))
    for place, (label, score, least, most, status, words) in enumerate(reversed(lines)):
        colour, mark = _STATUS.get(status, (BLUE, "D"))
        ax.hlines(place, least, most, color=colour, linewidth=1.5)
        ax.plot([score if score == score else 0], [place], mark, color=colour, markersize=8)
        text = f"{words}  {status}".strip() if status else f"{short_number(score)}" if score == score else ""
        ax.annotate(text, (1.02, place), xycoords=("axes fraction", "data"), va="center", size=8,
                    weight="normal" if status else "bold")
    ax.set_yticks(range(len(lines)), [line[0] for line in reversed(lines)])
    for tick, line in zip(ax.get_yticklabels(), reversed(lines)):
        tick.set_ha("left")
        tick.set_weight("normal" if line[4] else "bold")
    ax.tick_params(axis="y", length=0, pad=9 * max(len(line[0]) for line in lines) * 0.75)
    ax.axvline(100, color=GREY, linewidth=1, linestyle="--")
    ax.set_xlabel("score: 0 at the floor, 100 at the target")
    ax.set_title(titled("Scorecard", rows))
    grid(ax, "x")
    return ax


def _score_limits(result: Any, chosen: Dict[str, Any]) -> Any:
    """Limits of the score of each indicator of one site and period."""
    rows = Rows(result, "estimates", {"scale": "score", **chosen}, [])
    names = rows["indicator"]
    return (dict(zip(names, rows.numbers("conf_low"))), dict(zip(names, rows.numbers("conf_high"))))


def _ranks(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Ranks of the sites in a period, in total unless `where` names a perspective."""
    names = [name for name, *_ in result._columns["estimates"]]
    if "site" not in names:
        raise failure("ARGUMENT", "ranks need the role 'site'")
    where = {"perspective": "all", **where, "scale": "rank"}
    if "period" in names and "period" not in where:
        where["period"] = result.values("period")[-1]
    rows = Rows(result, "estimates", where, [])
    order = sorted(range(len(rows)), key=lambda i: (rows.numbers("estimate")[i], str(rows["site"][i])))
    values, low, high = (rows.numbers(name) for name in ("estimate", "conf_low", "conf_high"))
    for place, i in enumerate(reversed(order)):
        ax.hlines(place, low[i], high[i], color=BLUE, linewidth=1.5)
        ax.plot([values[i]], [place], "o", color=BLUE)
    ax.set_yticks(range(len(order)), [rows["site"][i] for i in reversed(order)])
    ax.set_xlabel("rank, 1 is best; lines: interval")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_title("Ranks" + (f", {where['perspective']}" if where["perspective"] != "all" else "")
                 + (f": period {where['period']}" if "period" in where else ""))
    grid(ax, "x")
    return ax


# ---- points: progress towards the maximum ----

def _progress(result: Any, ax: Any, where: Dict[str, Any], component: str = "total") -> Any:
    """Percent of the maximum by wave, a line per area; bars by component where there is one wave only."""
    rows = Rows(result, "progress", {"component": component, **where}, [])
    waves, areas = (list(dict.fromkeys(rows[name])) for name in ("wave", "area"))
    if waves == [None]:
        return _components(result, ax, where)
    for i, area in enumerate(areas):
        points = [(waves.index(w), p) for w, p, a in zip(rows["wave"], rows.numbers("percent"), rows["area"])
                  if a == area and p == p]
        if points:
            ax.plot(*zip(*points), marker=MARKS[i % len(MARKS)], color=SERIES[i % len(SERIES)],
                    linestyle=DASHES[i % len(DASHES)], label=area)
    if len(areas) > 1:
        ax.legend(frameon=False, loc="lower right")
    ax.set_xticks(range(len(waves)), waves)
    ax.margins(x=0.08)
    ax.set_ylim(0, 103)
    ax.set(xlabel="wave", ylabel="percent of the maximum",
           title="Progress: " + (words_of(component) if component != "total" else "total points"))
    grid(ax, "y")
    return ax


def _components(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Points of each component of one area and wave, the last wave unless `where` says otherwise."""
    where = {"wave": result.values("wave", "progress")[-1], **where}
    rows = Rows(result, "progress", where, ["area", "wave"])
    labels = rows["title"]
    percent, points, most = (rows.numbers(name) for name in ("percent", "points", "maximum"))
    places = list(range(len(rows)))[::-1]
    ax.barh(places, [100] * len(places), color="#eeeeee", edgecolor=GREY)
    ax.barh(places, percent, color=BLUE)
    for place, p, m in zip(places, points, most):
        ax.annotate(f"{short_number(p) or 'missing'} of {short_number(m)}", (1.02, place), xycoords=("axes fraction", "data"),
                    va="center", size=8)
    ax.set_yticks(places, [fill(label, 34) for label in labels])
    ax.set_xlim(0, 100)
    ax.set(xlabel="percent of the maximum", title=titled("Points by component", rows))
    return ax


# ---- checklists: how much of each cluster is there ----

def _clusters(result: Any, ax: Any, where: Dict[str, Any], scale: str = "implemented") -> Any:
    """Mean over services with the services around it; one service alone is its own mean."""
    rows = Rows(result, "estimates", {"scale": scale, "phase": None, "element": None, **where}, groups_of(result))
    clusters = [c for c in dict.fromkeys(rows["cluster"]) if c is not None]
    means: Dict[str, float] = {}
    services: Dict[str, List[float]] = {cluster: [] for cluster in clusters}
    for cluster, service, value in zip(rows["cluster"], rows["service"], rows.numbers("estimate")):
        if cluster is not None and value == value:
            if service is None:
                means[cluster] = value
            else:
                services[cluster].append(value)
    for place, cluster in enumerate(reversed(clusters)):
        around = services[cluster]
        if len(around) > 1:
            ax.hlines(place, min(around), max(around), color=GREY, linewidth=1)
            ax.plot(around, [place] * len(around), "|", color=GREY, markersize=8)
        mean = means.get(cluster, around[0] if len(around) == 1 else math.nan)
        ax.plot([mean], [place], "o", color=BLUE, markersize=8)
        if mean == mean:
            ax.annotate(f"{mean:.0f}", (mean, place), (0, 7), textcoords="offset points", ha="center", size=8)
    titles = _titles(result, "clusters")
    ax.set_yticks(range(len(clusters)), [titles.get(cluster, words_of(cluster)) for cluster in reversed(clusters)])
    ax.set_ylim(-0.7, len(clusters) - 0.3)
    ax.set_xlim(-3, 103)
    ax.set_xlabel(f"percent {words_of(scale)}")
    ax.set_title(titled(f"{words_of(scale).capitalize()} by cluster", rows)
                 + ("\ndot: mean; strokes: services" if any(len(v) > 1 for v in services.values()) else ""))
    grid(ax, "x")
    return ax


# ---- phases: self-assessed against calculated ----

def _phases(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    rows = Rows(result, "phases", where, groups_of(result))
    places = list(range(len(rows)))
    for shift, name, colour, hatch in ((-0.2, "self", BLUE, ""), (0.2, "calculated", ORANGE, "//")):
        label = "self-assessed" if name == "self" else name
        bars = ax.bar([p + shift for p in places], rows.numbers(name), 0.38, label=label, color=colour, hatch=hatch,
                      edgecolor="white")
        ax.bar_label(bars, size=8)
    ax.set_xticks(places, [f"{phase}\n{fill(title or '', 16)}".strip() for phase, title in
                           zip(rows["phase"], rows["title"])])
    ax.set(xlabel="phase", ylabel="services", title=titled("Phase of development", rows))
    ax.legend(frameon=False)
    return ax


# ---- panels: what each item's ratings say, and whether they say one thing ----

_CONSENSUS = {"agreement": (TEAL, "o"), "no agreement": (GREY, "s"), "disagreement": (ORANGE, "X")}


def _consensus(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Median of each item on its band, the middle half of the ratings as a line; the verdict in words at the right."""
    rows = Rows(result, "items", where, groups_of(result))
    columns = {name: rows.numbers(name) for name in ("median", "q25", "q75", "band_low", "band_high", "inside", "n")}
    shown = [i for i in range(len(rows)) if columns["median"][i] == columns["median"][i]]
    items, verdicts, levels = rows["item"], rows["consensus"], rows["level"]
    ends = [v for name in ("q25", "q75", "band_low", "band_high") for v in columns[name] if v == v]
    for place, i in enumerate(reversed(shown)):
        colour, mark = _CONSENSUS[verdicts[i]]
        low, high = columns["band_low"][i], columns["band_high"][i]
        high = max(ends) if high != high else high
        ax.barh(place, high - low, 0.6, low, color="#eeeeee")
        ax.hlines(place, columns["q25"][i], columns["q75"][i], color=colour, linewidth=1.5)
        ax.plot([columns["median"][i]], [place], mark, color=colour, markersize=8)
        share = f"{100 * columns['inside'][i] / columns['n'][i]:.0f}%"
        ax.annotate(f"{share}  {levels[i] or verdicts[i]}", (1.02, place), xycoords=("axes fraction", "data"), va="center",
                    size=8)
    ax.set_yticks(range(len(shown)), [fill(words_of(items[i]), 34) for i in reversed(shown)])
    ax.set_xlabel("rating\ndot: median; line: middle half; grey: band that counts as agreement")
    ax.set_title(titled("Consensus", rows))
    grid(ax, "x")
    return ax


_KINDS: Dict[str, Dict[str, Callable[..., Any]]] = {
    "functional_integration": {column: _matrix(column) for column in _MATRIX_TITLES},
    "scorecard": {"scorecard": _scorecard, "ranks": _ranks},
    "cea": {"plane": _plots_economics.plane, "contour": _plots_economics.contour, "ceac": _plots_economics.ceac,
            "best": _plots_economics.best, "ceaf": _plots_economics.best},
    "costing": {"costs": _costs},
    "cea_summary": {"ceac": _plots_economics.ceac},
    "points": {"progress": _progress, "components": _components},
    "checklist": {"clusters": _clusters},
    "stages": {"phases": _phases},
    "consensus": {"items": _consensus},
        **_plots_eq5d.KINDS,
    **_plots_psa.KINDS,
    **_plots_reliability.KINDS,
}
