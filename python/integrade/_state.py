"""States that merge: summaries of parts of the data that add up to the summary of the whole."""

from __future__ import annotations

import array
import os
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from . import _core, _tables
from ._errors import IntegradeError, failure
from ._run import _json


class State:
    """A summary of the rows added so far; cannot be changed, pickles, compares by its bytes.

    ``bytes(state)`` is what is kept or sent; ``State(spec, data)`` makes a state of it again, with the ``spec`` of a
    state of the same kind; ``state_write`` and ``state_read`` keep it in a file."""

    __slots__ = ("spec", "data")
    spec: Dict[str, Any]
    data: bytes

    def __init__(self, spec: Dict[str, Any], data: bytes) -> None:
        object.__setattr__(self, "spec", spec)
        object.__setattr__(self, "data", data)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a state cannot be changed; state_add and state_merge make a new one")

    def __reduce__(self) -> Tuple[Any, ...]:
        return State, (self.spec, self.data)

    def __eq__(self, other: object) -> bool:
        return self.data == other.data if isinstance(other, State) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.data)

    def __bytes__(self) -> bytes:
        return self.data

    def __repr__(self) -> str:
        try:
            kind, columns, rows, about, names = _core.state_about(bytearray(self.data))
        except IntegradeError:
            return f"<integrade state: damaged, {len(self.data)} bytes>"
        return (f"<integrade state: {kind}, {_count(rows, 'row')}{', about ' * bool(about)}{about}, {_count(columns, 'column')}"
                + (f" ({', '.join(names)})" if names else "") + f", {_count(len(self.data), 'byte')}>")


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def state(kind: str, columns: Union[int, str, Sequence[str]] = 1, **spec: Any) -> State:
    """An empty state.

    Parameters
    ----------
    kind : "counts", "moments", "products", "integers", "bootstrap", "patterns", "cells" or "rankings"
        Counts, integers (products of whole numbers from -32768 to 32768, such as answers to items), patterns (rows
        with the same levels in all columns: the ratings of a unit by p raters), bootstrap sums, cells (counts and means
        of values by the levels of keys, with replicates: ratings of units by units) and rankings (a row is a rater, a
        column a unit that all of them rank or rate) are exact: merged in any order they give the same bytes.  Moments
        and products are kept to twice the precision (Chan's rule), and give the same results to the last bit, unless
        rounding is all but undecided.
    columns : int, str or list of str
        Number of columns, p, or their names.  States carry the names of their columns, else those of the first data
        frame that is added: values and states with other names, or the same in another order, are refused.
    **spec
        ``levels`` (counts, patterns); ``patterns`` (how many different ones there is room for, 4096);
        ``replicates``, ``seed`` and ``bounds`` (bootstrap; p powers of two above every
        absolute value; cells: ``bounds`` of the values, and ``levels`` of the keys, which are the first columns, whole
        numbers from 1); ``groups`` (rankings: of more than 1 the first column says which); ``about`` (one line of
        text: what else parts must have in common, such as instrument, scale, options).
    """
    if isinstance(columns, str):
        columns = [columns]
    spec = {"kind": kind, **spec, "names" if hasattr(columns, "__iter__") else "columns": columns}
    return _state(_core.state_new(_json(spec)), spec)


def _state(data: bytearray, spec: Optional[Dict[str, Any]] = None) -> State:
    kind, columns = _core.state_about(data)[:2]
    return State({**(spec or {}), "kind": kind, "columns": columns}, bytes(data))


def state_add(state: State, values: Any, ids: Any = None) -> State:
    """The state with rows added.

    Parameters
    ----------
    values : table, 2-D array, list of rows; or one column
        n rows of p numbers.  NaN is missing in patterns and in the values of cells, and refused elsewhere
        (``InputError``).
    ids : n whole numbers from 0 to 2**64 - 1
        Record ids that key the draws of bootstrap, cells and rankings (rows with one id, the ratings of one rater, are
        drawn together); nothing elsewhere.
    """
    columns = state.spec["columns"]
    rows, width, n = _doubles(values)
    if width != columns:
        raise failure("ARGUMENT", f"values have {width} columns, but the state has {columns}")
    copy = _named(bytearray(state.data), getattr(values, "columns", None))
    _core.state_add(copy, rows, None if ids is None else _ids(ids, n), n)
    return State(state.spec, bytes(copy))


def _named(data: bytearray, names: Any) -> bytearray:
    """The first names of an empty state, or names that must be those of the state."""
    names = [] if names is None else list(names)
    if not names or not all(isinstance(name, str) and name for name in names):
        return data
    _, _, rows, _, own = _core.state_about(data)
    return data if own is None and rows > 0 else _core.state_named(data, names)


def state_merge(state: State, *others: State, equal: bool = False) -> State:
    """One state of all rows; the states must have the same specification and names of columns.

    States with the same rows are most often one part that came twice, and an error unless ``equal``.
    """
    if not equal:
        _check_equal((state, *others))
    copy = bytearray(state.data)
    for other in others:
        _core.state_merge(copy, bytearray(other.data))
    return State(state.spec, bytes(copy))


def _check_equal(states: Sequence[State]) -> None:
    seen = set()
    for place, one in enumerate(states, 1):
        if _core.state_about(bytearray(one.data))[2] == 0:
            continue
        if one.data in seen:
            raise failure("DUPLICATE", f"state {place} holds the same rows as one before it, and they would count twice; leave "
                          "one out, or say equal=True where two parts may be equal")
        seen.add(one.data)


def state_write(state: State, path: Union[str, "os.PathLike[str]"]) -> None:
    """Keep a state in a file, as the command ``integrade state`` does: replaced whole, or left as it was."""
    _core.state_write(path, bytearray(state.data))


def state_read(path: Union[str, "os.PathLike[str]"]) -> State:
    """A state from a file; its bytes are checked (``InputError``)."""
    return _state(_core.state_read(path))


def state_finish(state: State) -> Any:
    """The numbers of a state, as a NumPy array where NumPy is installed.

    counts: levels per column; moments: n, mean and variance (n - 1) of each column in turn; bootstrap: replicates x p
    weighted means.  Of patterns a dict of columns, a row per pattern: ``rating_1`` to ``rating_p`` and ``count``, which
    ``agreement(..., ratings="rating_{n}")`` takes.  Of products and integers a dict of columns, a row per column of the
    data: ``count`` (rows), ``mean``, and covariances (n - 1), with the names of the columns or ``item_1`` to ``item_p``,
    which ``reliability(covariance=...)`` takes.  Of cells a dict of columns, a row per replicate (0: all rows) and cell:
    ``replicate``, ``key_1`` ..., and of each value ``count_1`` (rows, or their weight) and ``mean_1`` ..., which
    ``functional_integration`` takes.  Of rankings a row per replicate, group and unit, with the sum of its ranks, which
    ``concordance(rankings=...)`` takes.
    """
    found = _core.state_finish(bytearray(state.data))
    if isinstance(found, bytearray):
        return _tables.numbers("double", found)
    return {name: _tables.numbers(kind, values) for name, kind, values, _ in found}


def _doubles(values: Any) -> Tuple[Any, int, int]:
    """Values row by row as a buffer of doubles, number of columns, number of rows."""
    if hasattr(values, "__array__"):
        import numpy

        numbers = numpy.ascontiguousarray(values, dtype="float64")
        if numbers.ndim > 2:
            raise failure("TYPE", f"values have {numbers.ndim} dimensions; give rows of numbers")
        return numbers, numbers.shape[1] if numbers.ndim == 2 else 1, len(numbers)
    rows: List[List[float]] = [list(row) if hasattr(row, "__iter__") else [row] for row in values]
    if len({len(row) for row in rows}) > 1:
        raise failure("DATA", "values have rows of different length")
    flat = array.array("d", [number for row in rows for number in row])
    return flat, len(rows[0]) if rows else 1, len(rows)


def _ids(ids: Any, n: int) -> Any:
    numbers = array.array("Q", [int(id) for id in ids])
    if len(numbers) != n:
        raise failure("ARGUMENT", f"{len(numbers)} record ids for {n} rows; give one per row")
    return numbers
