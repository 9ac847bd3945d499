"""Pictures of item analysis, ranks of composite indicators and funnels."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from . import _drawing as p


def items(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Correlation with the rest, and alpha without the item, of each item of one scale."""
    groups = [*p.groups_of(result), "score"]
    rows = p.Rows(result, "items", where, groups)
    chosen = {name: rows[name][0] for name in groups}
    alpha = p.Rows(result, "estimates", {**chosen, "scale": "alpha"}, []).numbers("estimate")[0]
    places = list(range(len(rows)))[::-1]
    ax.plot(rows.numbers("r_rest"), places, "o", color=p.BLUE, label="correlation with the other items")
    ax.plot(rows.numbers("alpha_dropped"), places, "D", color=p.ORANGE, label="alpha without the item")
    if alpha == alpha:
        ax.axvline(alpha, color=p.GREY, linestyle="--", linewidth=1, label=f"alpha of all, {alpha:.2f}")
    ax.set_yticks(places, [p.words_of(item) + (" (reversed)" if reverse else "")
                           for item, reverse in zip(rows["item"], rows["reversed"])])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_title(p.titled("Items", rows))
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.09), ncols=3, fontsize=8)
    p.grid(ax, "x")
    return ax


def composite_ranks(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Rank of every site, and what other weights and methods would make of it."""
    rows = p.Rows(result, "estimates", {**where, "scale": "rank"}, p.groups_of(result))
    values, low, high = (rows.numbers(name) for name in ("estimate", "conf_low", "conf_high"))
    order = sorted((i for i in range(len(rows)) if values[i] == values[i]),
                   key=lambda i: (values[i], str(rows["site"][i])))
    places = list(range(len(order)))[::-1]
    ax.hlines(places, [low[i] for i in order], [high[i] for i in order], color=p.BLUE, linewidth=1.5)
    ax.plot([values[i] for i in order], places, "o", color=p.BLUE, markersize=5)
    ax.set_yticks(places, [rows["site"][i] for i in order], fontsize=9 if len(order) <= 25 else 225 / len(order))
    ax.set_ylim(-0.7, len(order) - 0.3)
    drawn = any(value == value for value in low)
    ax.set_xlabel("rank, 1 is best" + ("; lines: under other weights and methods" if drawn else ""))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_title(p.titled("Ranks", rows))
    p.grid(ax, "x")
    return ax


def funnel(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Sites by their size, with the target and its limits; those outside the innermost limits are named."""
    groups = p.groups_of(result)
    rows = p.Rows(result, "limits", where, groups)
    curve = p.Rows(result, "curve", where, groups)
    size = curve.numbers("size")
    levels = [name[4:] for name in curve.columns if name.startswith("low_")]
    dashes: List[Any] = ["--", "-", ":", "-."]
    ax.plot(size, curve.numbers("target"), color=p.GREY, linewidth=1)
    for k, level in enumerate(levels):
        style = {"color": p.TEAL, "linestyle": dashes[k % len(dashes)], "linewidth": 1}
        ax.plot(size, curve.numbers(f"low_{level}"), label=f"{level} % limits", **style)
        ax.plot(size, curve.numbers(f"high_{level}"), **style)
    values, sizes = rows.numbers("value"), rows.numbers("size")
    low, high = rows.numbers(f"low_{levels[0]}"), rows.numbers(f"high_{levels[0]}")
    outside = [not low[i] <= values[i] <= high[i] for i in range(len(rows))]
    for far, mark, colour in ((False, "o", p.BLUE), (True, "D", p.ORANGE)):
        chosen = [i for i in range(len(rows)) if outside[i] == far]
        if chosen:
            ax.plot([sizes[i] for i in chosen], [values[i] for i in chosen], mark, color=colour,
                    label="outside" if far else "within")
    for i in range(len(rows)):
        if outside[i]:
            ax.annotate(str(rows["site"][i]), (sizes[i], values[i]), (5, 4), textcoords="offset points", size=8)
    unit = result.values("unit")[0]
    ax.set(xlabel="size", ylabel=p.words_of(unit), title=p.titled("Funnel", rows))
    ax.legend(frameon=False, fontsize=8)
    ax.grid(color="#eeeeee")
    ax.set_axisbelow(True)
    return ax


KINDS: Dict[str, Dict[str, Callable[..., Any]]] = {
    "reliability": {"items": items},
    "composite": {"ranks": composite_ranks},
    "funnel": {"funnel": funnel},
}
