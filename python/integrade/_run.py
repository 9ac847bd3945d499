"""From arguments to the core and back: the one way in which every measure is run."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Dict, List, Optional, Union

from . import _core, _tables
from ._errors import IntegradeError, failure
from ._result import Result

_SEEDS = 2**53


@lru_cache(maxsize=None)
def _about(measure: str) -> Dict[str, Any]:
    return dict(json.loads(_core.describe(measure)))


def describe(measure: str) -> Dict[str, Any]:
    """Everything about a measure: title, summary, source, roles of its inputs, options, result tables.

    Raises ``OptionError`` with the nearest name when there is no such measure.
    """
    return dict(json.loads(_core.describe(measure)))


def measures() -> Any:
    """The measures there are: a table of name and title."""
    names = _core.measures()
    return _tables.frame(_tables.from_dict({"measure": names, "title": [_about(name)["title"] for name in names]}))


def measure(name: str, data: Any = None, /, *, columns: Optional[Mapping[str, Any]] = None, seed: Optional[int] = None,
            rng: Any = None, threads: Optional[int] = None, **arguments: Any) -> Result:
    """Compute any measure by name.

    Parameters
    ----------
    name : str
        One of ``measures()``.
    data : table, or dict from input name to table
        A pandas DataFrame, a dict of columns, a NumPy structured array, or ``(2-D array, names)``.  A measure
        with several inputs takes a dict of such tables.  None, NaN, NaT, pandas.NA and masked values are missing.
    columns : dict, optional
        Map from role to column name, list of names, ``"prefix_{n}"`` or ``"/pattern/"``; the default is the
        column of the role's own name.
    seed : int, optional
        Seed of the random numbers, 0 to 2**53 - 1: the same seed gives the same draws in every front.
    rng : None, int, numpy.random.Generator or random.Random
        Where the seed comes from when it is not given; None takes fresh entropy.  The seed that was used stands
        in ``provenance``.
    threads : int, optional
        Default at most two.  The number never shows in a result.
    **arguments
        Roles (``cost="cost_gbp"``) and options (``replicates=2000``) of ``describe(measure)``, and ``by``,
        ``keep`` and ``missing``.  And the shape of ``data``: ``long={"id": ..., "item": ..., "answer": ...}``
        names the columns of data with an answer per row, ``wide={"columns": "goals___{id}"}`` those that become
        rows (columns ``element`` and ``present``, or as ``name`` and ``value`` say).

    Raises
    ------
    IntegradeError
        With ``code``, ``row``, ``line``, ``column`` and ``source``; nothing is computed in part.
    """
    about = _about(name)
    lent = [_tables.lend(table, input) for input, table in _inputs(data, about).items()]
    options = _options(arguments, columns, about, lent)
    _order_waves(options, about, next(iter(_inputs(data, about).values()), None))
    options["seed"] = _seed(seed, rng)
    tables, notes, provenance = _core.run(about["name"], lent, _json(options), _threads(threads))
    by = options.get("by")
    if by is not None and lent:
        _restore(tables, [by] if isinstance(by, str) else by, lent[0])
    return Result(tables, notes, provenance)


def _inputs(data: Any, about: Dict[str, Any]) -> Dict[str, Any]:
    """One table is the main input; a dict of tables names the inputs."""
    if data is None:
        return {}
    names = list(dict.fromkeys(role["input"] for role in about["roles"])) or ["data"]
    if isinstance(data, Mapping) and data:
        by_input = set(data) <= set(names) and any(_is_table(table) for table in data.values())
        if by_input or all(_is_table(table) for table in data.values()):
            for name, table in data.items():
                if not _is_table(table):
                    _tables.columns_of(table, str(name))  # says what a table is
            return {str(name): table for name, table in data.items() if table is not None}
    return {names[0]: data}


def _is_table(value: Any) -> bool:
    return (value is None or isinstance(value, Mapping) or hasattr(value, "columns")
            or bool(getattr(getattr(value, "dtype", None), "names", None))
            or (isinstance(value, tuple) and len(value) == 2 and getattr(value[0], "ndim", 0) == 2))


def _options(arguments: Dict[str, Any], columns: Optional[Mapping[str, Any]], about: Dict[str, Any],
             lent: List[_tables.Lent]) -> Dict[str, Any]:
    """Arguments named like an option are options, like a role columns; a name that is both is told by its value,
    and a name that is neither goes where the core can best say what was meant."""
    roles = {role["name"] for role in about["roles"]}
    known = {option["name"] for option in about["options"]} | {"by", "keep", "missing", "long", "wide"}
    present = {name for _, _, table in lent for name, _, _ in table}
    chosen: Dict[str, Any] = dict(columns or {})
    options: Dict[str, Any] = {}
    for name, value in arguments.items():
        if value is None:
            continue
        names = [value] if isinstance(value, str) else value
        columnar = isinstance(names, (list, tuple)) and all(isinstance(n, str) and n in present for n in names)
        is_role = name in roles if (name in roles) != (name in known) else "." in name or columnar
        if is_role:
            chosen[name] = value
        else:
            options[name] = value
    if chosen:
        options["columns"] = chosen
    return options


def _order_waves(options: Dict[str, Any], about: Dict[str, Any], table: Any) -> None:
    """Waves in words have no order for the core; an ordered Categorical has one."""
    roles, known = ({entry["name"] for entry in about[what]} for what in ("roles", "options"))
    for role, names in (("wave", ("first", "last")), ("wave", ("before", "after")), ("wave", ("waves",)),
                        ("period", ("periods",))):
        if role not in roles or not known.issuperset(names):
            continue
        name = options.get("columns", {}).get(role, role)
        if not isinstance(name, str) or name not in getattr(table, "columns", ()):
            return
        dtype = getattr(table[name], "dtype", None)
        if not getattr(dtype, "ordered", False) or not options.keys().isdisjoint(names):
            return
        seen = set(table[name])
        order = [category for category in dtype.categories if category in seen]
        if len(order) < 2 or not all(isinstance(category, str) for category in order):
            return
        options.update({names[0]: order} if len(names) == 1 else {names[0]: order[0], names[1]: order[-1]})
        return


def _seed(seed: Optional[int], rng: Any) -> int:
    if seed is not None and rng is not None:
        raise failure("OPTION", "seed and rng are both given; give one of them")
    if seed is None:
        if rng is None:
            return secrets.randbelow(_SEEDS)
        if hasattr(rng, "integers"):
            return int(rng.integers(0, _SEEDS))
        if hasattr(rng, "randrange"):
            return int(rng.randrange(_SEEDS))
        seed = rng
    try:
        number = seed.__index__()  # type: ignore[union-attr]
    except AttributeError:
        number = -1
    if isinstance(seed, bool) or not 0 <= number < _SEEDS:
        raise failure("OPTION", f"seed must be a whole number from 0 to {_SEEDS - 1}, or None to draw one; rng may "
                                "also be a generator of NumPy or of the standard library")
    return int(number)


def _threads(threads: Optional[int]) -> int:
    if threads is None:
        return 0
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise failure("ARGUMENT", "threads must be a whole number from 1, or None for at most two")
    return min(threads, 1024)


def _json(options: Mapping[str, Any]) -> str:
    try:
        return json.dumps(options, allow_nan=False, default=_plain)
    except IntegradeError:
        raise
    except (TypeError, ValueError) as error:
        raise failure("OPTION", f"an option cannot be passed on: {error}; options are numbers, texts, flags, and "
                                "lists and dicts of these") from None


def _plain(value: Any) -> Any:
    """What json does not know: NumPy and pandas values, paths, ranges, sets of columns."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (range, tuple)) or hasattr(value, "__next__"):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise failure("OPTION", f"an option holds a {type(value).__name__}; options are numbers, texts, flags, and lists "
                            "and dicts of these")


def _restore(tables: Dict[str, List[_tables.Given]], by: List[str], lent: _tables.Lent) -> None:
    """Grouping columns come back as text: whole numbers become whole numbers again."""
    whole = {name for name, values, _ in lent[2] if getattr(getattr(values, "dtype", None), "kind", "") in tuple("iu")
             or (isinstance(values, list) and values and all(type(v) is int for v in values if v is not None))}
    for columns in tables.values():
        for i, (name, kind, values, _) in enumerate(columns):
            if name in by and name in whole and kind == "string":
                columns[i] = _tables.integers(name, values)


def read_csv(path: Union[str, "os.PathLike[str]"], *, separator: Optional[str] = None, na: Any = None,
             text: Optional[List[str]] = None, header_rows: Optional[int] = None) -> Any:
    """Read a CSV file as the command does: RFC 4180, UTF-8, every number to the last bit.

    Parameters
    ----------
    path : str or path
        ``"-"`` is standard input.
    separator : str, optional
        One character; default comma, semicolon or tab, whichever the header line holds most of.
    na : list of str, or dict from cell to reason, optional
        Cells that are missing; default empty and ``"NA"``.
    text : list of str, optional
        Columns that stay text.
    header_rows : int, optional
        Rows before the data, the first of which names the columns; default 1, or the 3 of a Qualtrics export.

    Returns
    -------
    pandas.DataFrame, or dict of lists where pandas is not installed
        A column is of whole numbers when every cell is, of numbers when every cell is, else of text.
    """
    options = {"separator": separator, "na": na, "text": text, "header_rows": header_rows}
    _, columns = _core.read(path, _json({name: value for name, value in options.items() if value is not None}))
    return _tables.frame(columns)
