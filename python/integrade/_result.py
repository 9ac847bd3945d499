"""What a measure gives back."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from . import _core, _tables

_ROWS_SHOWN = 30


class Result:
    """Tables, notes and provenance of one measure; cannot be changed, pickles, compares exactly.

    Attributes
    ----------
    measure : str
        Name of the measure that was computed.
    table : pandas.DataFrame, or dict of lists where pandas is not installed
        The estimates, one per row: ``measure, scale``, grouping columns, ``n, n_missing, estimate, std_error,
        conf_low, conf_high, unit, level, reason``.  Numbers are never rounded; a missing estimate has its
        reason in words.
    tables : mapping from name to table
        The estimates and whatever else the measure gives (matrices, curves, rows; see ``describe(measure)``).
    notes : tuple of str
        Remarks a reader must see: rows left out, rules chosen.
    provenance : dict
        Version, definition and its hash, options as resolved, seed, rows and missing counts of the inputs.

    Every access to ``table``, ``tables[...]`` and ``provenance`` gives a fresh object.
    """

    __slots__ = ("_columns", "_notes", "_provenance")
    _columns: Dict[str, List[_tables.Given]]
    _notes: Tuple[str, ...]
    _provenance: str
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, tables: Dict[str, List[_tables.Given]], notes: List[str], provenance: str) -> None:
        object.__setattr__(self, "_columns", tables)
        object.__setattr__(self, "_notes", tuple(notes))
        object.__setattr__(self, "_provenance", provenance)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a result cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a result cannot be changed: {name}")

    def __reduce__(self) -> Tuple[Any, ...]:
        return Result, (self._columns, list(self._notes), self._provenance)

    # ---- contents ----

    @property
    def measure(self) -> str:
        return str(self.provenance.get("measure", ""))

    @property
    def table(self) -> Any:
        return _tables.frame(self._columns["estimates"])

    @property
    def tables(self) -> "Tables":
        return Tables(self._columns)

    @property
    def notes(self) -> Tuple[str, ...]:
        return self._notes

    @property
    def provenance(self) -> Dict[str, Any]:
        return dict(json.loads(self._provenance))

    def values(self, column: str, table: str = "estimates") -> List[Any]:
        """One column of a table as a list; None is missing."""
        for name, kind, values, reasons in self._columns[table]:
            if name == column:
                return _tables.to_list(kind, values, reasons)
        raise KeyError(column)

    def to_dict(self) -> Dict[str, Any]:
        """Everything as plain dicts, lists, numbers and text, ready for ``json.dumps``; None is missing."""
        tables = {name: {column[0]: _tables.to_list(*column[1:]) for column in columns}
                  for name, columns in self._columns.items()}
        return {"measure": self.measure, "tables": tables, "notes": list(self._notes), "provenance": self.provenance}

    def to_csv(self, path: Union[str, "os.PathLike[str]"], table: str = "estimates", raw_text: bool = False) -> None:
        """Write a table as CSV, with the fewest digits that read back to the same bits.

        Text that a spreadsheet would run as a formula gets a leading apostrophe unless ``raw_text``.  The file
        appears whole or not at all; ``"-"`` is standard output.
        """
        columns = [(name, _lendable(kind, values), reasons) for name, kind, values, reasons in self._columns[table]]
        rows = len(columns[0][1]) if columns else 0
        _core.write([(table, rows, columns)], path, raw_text)

    def __eq__(self, other: object) -> bool:
        """The same tables to the last bit, and the same notes."""
        if not isinstance(other, Result):
            return NotImplemented
        return self._columns == other._columns and self._notes == other._notes

    # ---- display: the only place where numbers are rounded ----

    def summary(self, digits: int = 4) -> str:
        """The estimates as text, ``digits`` significant digits, and the notes."""
        names, right, rows = self._display(digits)
        widths = [max(len(cell) for cell in column) for column in zip(names, *rows)]

        def line(cells: Sequence[str]) -> str:
            aligned = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right))
            return "  ".join(aligned).rstrip()

        more = self._rows("estimates") - len(rows)
        others = [f"{name} ({self._rows(name)} rows)" for name in self._columns if name != "estimates"]
        lines = [self.measure, line(names), *map(line, rows)]
        lines += [f"... {more} more estimates"] if more else []
        lines += [f"note: {note}" for note in self._notes]
        lines += [f"also in .tables: {', '.join(others)}"] if others else []
        return "\n".join(lines)

    __str__ = summary

    def __repr__(self) -> str:
        return f"<integrade {self.measure}: {self._rows('estimates')} estimates; tables {', '.join(self._columns)}>"

    def _repr_html_(self) -> str:
        names, right, rows = self._display(4)
        styles = [f' style="text-align:{"right" if r else "left"}"' for r in right]

        def line(tag: str, cells: Sequence[str]) -> str:
            return "<tr>" + "".join(f"<{tag}{s}>{escape(c)}</{tag}>" for c, s in zip(cells, styles)) + "</tr>"

        more = self._rows("estimates") - len(rows)
        notes = "".join(f"<li>{escape(note)}</li>" for note in self._notes)
        return (f"<table><caption>{escape(self.measure)}</caption><thead>{line('th', names)}</thead>"
                f"<tbody>{''.join(line('td', row) for row in rows)}</tbody></table>"
                + (f"<p>{more} more estimates</p>" if more else "") + (f"<ul>{notes}</ul>" if notes else ""))

    def _rows(self, table: str) -> int:
        columns = self._columns[table]
        return len(_lendable(columns[0][1], columns[0][2])) if columns else 0

    def _display(self, digits: int) -> Tuple[List[str], List[bool], List[Tuple[str, ...]]]:
        """Names, whether they are numbers, and rows of the estimates as text; columns that say nothing are left
        out of the picture."""
        shown = []
        for name, kind, values, reasons in self._columns["estimates"]:
            cells = [_cell(value, digits) for value in _tables.to_list(kind, values, reasons)[:_ROWS_SHOWN]]
            if name != "measure" and any(cells):
                shown.append((name, kind != "string", cells))
        return [s[0] for s in shown], [s[1] for s in shown], list(zip(*(s[2] for s in shown)))

    def plot(self, ax: Any = None, kind: Optional[str] = None, **options: Any) -> Any:
        """Draw the result with matplotlib and return the Axes (never shows or saves it).

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; default a new figure.
        kind : str, optional
            Which picture; the first is the default of the measure, and every measure has ``"estimates"``.

            - functional_integration: ``actual``, ``optimum``, ``gap``, ``received``, ``disagreement``
        **options
            ``where``: dict from grouping column to the group that is drawn (default the first); ``title``.
        """
        from ._plots import draw

        return draw(self, ax, kind, **options)


class Tables(Mapping):  # type: ignore[type-arg]
    """The tables of a result by name, each made a DataFrame when it is asked for."""

    def __init__(self, columns: Dict[str, List[_tables.Given]]) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> Any:
        return _tables.frame(self._columns[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"<tables {', '.join(self._columns)}>"


def _lendable(kind: str, values: Any) -> Any:
    """A column as something that can be lent again."""
    formats = {"int32": "i", "int64": "q", "double": "d", "bool": "?"}
    return values if kind == "string" else memoryview(values).cast(formats[kind])


def _cell(value: Any, digits: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.{digits}g}"
    text = f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
