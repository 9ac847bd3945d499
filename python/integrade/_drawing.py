"""What the pictures share: colours and marks, the rows of a table that are drawn, words, grid and key.

Colours are those of the UK Analysis Function, of which each stands out from white by 3 to 1; what a colour says
is said by a shape, a number or a word as well.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List

from ._errors import failure

BLUE, TEAL, PLUM, ORANGE, GREY, LILAC = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1"
SERIES = (BLUE, ORANGE, TEAL, PLUM, GREY, LILAC)
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)))
MARKS = ("o", "s", "^", "D", "v", "P")
THRESHOLD = "threshold: currency that a unit of effect may cost"


def style(i: int) -> Dict[str, Any]:
    """Of the line of series i."""
    return {"color": SERIES[i % len(SERIES)], "linestyle": DASHES[i % len(DASHES)]}


# ---- rows of a table ----

class Rows:
    """The rows of a table that belong to one group."""

    def __init__(self, result: Any, table: str, where: Dict[str, Any], groups: List[str]) -> None:
        self.columns = {name: result.values(name, table) for name, *_ in result._columns[table]}
        unknown = [name for name in where if name not in self.columns]
        if unknown:
            raise failure("ARGUMENT", f"table {table} has no column '{unknown[0]}'; columns are "
                                      f"{', '.join(self.columns)}")
        n = len(next(iter(self.columns.values()), []))
        self.rows = [i for i in range(n) if all(
            self.columns[name][i] == v or str(self.columns[name][i]) == str(v) for name, v in where.items())]
        self.label = ", ".join(f"{name} {value}" for name, value in where.items() if name in groups)
        for name in groups:  # those not chosen: the first that occurs
            if name in where or not self.rows:
                continue
            first = self.columns[name][self.rows[0]]
            if any(self.columns[name][i] != first for i in self.rows):
                self.rows = [i for i in self.rows if self.columns[name][i] == first]
                self.label += f"{', ' if self.label else ''}{name} {first}"
        if not self.rows:
            raise failure("EMPTY", f"table {table} has no rows {self.label or ''}")

    def __getitem__(self, name: str) -> List[Any]:
        return [self.columns[name][i] for i in self.rows]

    def numbers(self, name: str) -> List[float]:
        return [math.nan if value is None else float(value) for value in self[name]]

    def __len__(self) -> int:
        return len(self.rows)

    def dicts(self) -> List[Dict[str, Any]]:
        return [{name: values[i] for name, values in self.columns.items()} for i in self.rows]


def groups_of(result: Any) -> List[str]:
    """Columns that option `by` made."""
    by = result.provenance.get("options", {}).get("by") or []
    return [by] if isinstance(by, str) else list(by)


def words_of(name: Any) -> str:
    return str(name).replace("_", " ")


def short_number(value: float) -> str:
    if value != value:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def effect_unit(result: Any) -> str:
    """In brackets, the unit of the first estimate of an effect."""
    for scale, unit in zip(result.values("scale"), result.values("unit")):
        if unit and "effect" in str(scale):
            return f" ({unit})"
    return ""


def titled(title: str, rows: Any) -> str:
    return f"{title}: {rows.label}" if rows.label else title


# ---- axes ----

def grid(ax: Any, axis: str = "both") -> None:
    ax.grid(axis=axis, color="#dddddd")
    ax.set_axisbelow(True)


def commas(ax: Any, *axes: Any) -> Any:
    """Grid, key, and thousands apart on these axes."""
    from matplotlib.ticker import StrMethodFormatter

    for axis in axes:
        if axis is not None and max(map(abs, axis.get_view_interval())) >= 1000:
            axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    grid(ax)
    key_below(ax)
    return ax


def key_below(ax: Any) -> None:
    """The key below the axes, out of the way of lines; in two columns where the labels leave room for them."""
    labels = ax.get_legend_handles_labels()[1]
    if labels:
        short = max(map(len, labels)) <= 42
        below = -0.13 - 0.05 * ax.get_xlabel().count("\n")
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, below), ncol=2 if short else 1, frameon=False)
