"""Pictures of EQ-5D answers: levels by dimension, and classes of change."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from ._drawing import BLUE, GREY, LILAC, ORANGE, TEAL, Rows, groups_of, titled

SHADES = ("#E3EAF2", "#B3C6DB", "#7B9CC0", "#3F6E9F", BLUE)  # the darker, the worse: lightness alone tells them apart
CLASSES = {"better": (TEAL, "black"), "mixed": (LILAC, "black"), "same": ("#BFBFBF", "black"),
           "no problems": ("#EEEEEE", "black"), "worse": (ORANGE, "black")}


def _stack(ax: Any, labels: List[str], parts: Dict[str, Any], looks: Dict[str, Any]) -> None:
    """Bars of percents from top to bottom; a share wide enough holds its number."""
    places = list(range(len(labels)))[::-1]
    left = [0.0] * len(labels)
    for name, shares in parts.items():
        colour, ink = looks[name]
        ax.barh(places, shares, 0.72, left=left, color=colour, edgecolor=GREY, linewidth=0.5, label=name)
        for place, start, share in zip(places, left, shares):
            if share >= 6:
                ax.text(start + share / 2, place, f"{share:.0f}", ha="center", va="center", size=8, color=ink)
        left = [start + share for start, share in zip(left, shares)]
    ax.set_yticks(places, labels)
    ax.set(xlim=(0, 100), xlabel="percent")
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.legend(frameon=False, ncols=len(parts), loc="upper center", bbox_to_anchor=(0.5, -0.14), handlelength=1.2,
              columnspacing=1.2)


def levels(result: Any, ax: Any, where: Dict[str, Any]) -> Any:
    """Share of each level by dimension, wave beside wave."""
    rows = Rows(result, "dimensions", where, groups_of(result))
    wave = list(rows.columns)[list(rows.columns).index("dimension") - 1] if _waves(result) else None
    bars: Dict[Any, Dict[str, float]] = {}
    for i, (dimension, level, percent) in enumerate(zip(rows["dimension"], rows["level"], rows["percent"])):
        bar = bars.setdefault((dimension, rows[wave][i] if wave else None), {})
        bar[f"level {level}"] = percent or 0.0
    keys = sorted(bars, key=lambda key: [k[0] for k in bars].index(key[0]))  # waves of a dimension side by side
    several = len({key[1] for key in keys}) > 1
    labels = [key[0].replace("_", " ") + (f", {wave} {key[1]}" if several else "") for key in keys]
    names = list(next(iter(bars.values())))
    shades = SHADES if len(names) == 5 else SHADES[::2]
    _stack(ax, labels, {name: [bars[key][name] for key in keys] for name in names},
           {name: (shade, "white" if i * 5 >= len(names) * 3 else "black")
            for i, (name, shade) in enumerate(zip(names, shades))})
    ax.set_title(titled("EQ-5D levels by dimension", rows))
    return ax


def change(result: Any, ax: Any, where: Dict[str, Any], dimension: str = "profile") -> Any:
    """Paretian classes of change, a bar per group."""
    rows = Rows(result, "change", {"dimension": dimension, **where}, [])
    groups = groups_of(result)
    bars: Dict[Any, Dict[str, float]] = {}
    sizes: Dict[Any, int] = {}
    for i, (name, percent) in enumerate(zip(rows["class"], rows["percent"])):
        key = tuple(rows[group][i] for group in groups)
        bars.setdefault(key, {})[name] = percent or 0.0
        sizes[key] = rows["n"][i]
    labels = [", ".join(str(part) for part in key) + ("\n" if key else "") + f"{sizes[key]} people" for key in bars]
    names = [name for name in CLASSES if name in next(iter(bars.values()))]
    _stack(ax, labels, {name: [bar[name] for bar in bars.values()] for name in names}, CLASSES)
    what = "EQ-5D profile" if dimension == "profile" else dimension.replace("_", " ")
    ax.set_title(f"Change of {what}")
    return ax


def _waves(result: Any) -> bool:
    """Whether the answers were grouped by wave beside the columns of `by`."""
    columns = [name for name, *_ in result._columns["dimensions"]]
    return columns.index("dimension") > len(groups_of(result))


KINDS: Dict[str, Dict[str, Callable[..., Any]]] = {"eq5d_profile": {"levels": levels, "change": change}}
