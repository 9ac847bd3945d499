"""Samples of a model as BCEA and dampack hold them: two matrices, a row per sample and a column per strategy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Dict, List, Optional, Tuple

from ._errors import failure
from ._tables import columns_of

HELP = {"data": ("table, or dict or pair of matrices",
                 "A table; or effects and costs as two 2-D arrays or data frames with a row per sample and a column per "
                 "strategy: a pair ``(e, c)``, or a dict of ``e`` and ``c`` (or ``effectiveness`` and ``cost``), with "
                 "``strategies`` (names) and ``parameters`` (a table) if wanted. None, NaN, NaT, pandas.NA and masked "
                 "values are missing.")}
_COST, _EFFECT = ("c", "cost", "costs"), ("e", "effectiveness", "effect", "effects")


def from_matrices(given: Dict[str, Any]) -> Dict[str, Any]:
    """Arguments with matrices made columns; everything else is left as it came."""
    data = given.get("data")
    if isinstance(data, tuple) and len(data) == 2:
        data = {"e": data[0], "c": data[1]}
    if not isinstance(data, Mapping):
        return given
    cost, effect = (_matrix(_first(data, names)) for names in (_COST, _EFFECT))
    if cost is None or effect is None:
        return given
    shapes = [(len(columns[0]) if columns else 0, len(columns)) for columns, _ in (cost, effect)]
    if shapes[0] != shapes[1]:
        raise failure("DATA", "data: costs are {} x {} and effects {} x {}; both have a row per sample and a column per "
                              "strategy".format(*shapes[0], *shapes[1]))
    for name in ("strategy", "cost", "effect", "sample", "costs", "effects"):
        if given.get(name) is not None:
            raise failure("ARGUMENT", f"'{name}' names a column, but data are matrices of costs and effects; leave it out")
    n = shapes[0][1]
    names = _first(given, ("strategies",), _first(data, ("strategies", "interventions"), effect[1] or cost[1]))
    names = [str(name) for name in names] if names is not None else [f"strategy {j + 1}" for j in range(n)]
    if len(names) != n:
        raise failure("DATA", f"data: {len(names)} names of strategies, but {n} columns of costs and effects")
    table: Dict[str, Any] = {f"cost_{j + 1}": column for j, column in enumerate(cost[0])}
    table.update({f"effect_{j + 1}": column for j, column in enumerate(effect[0])})
    parameters = dict(columns_of(data["parameters"], "parameters")) if data.get("parameters") is not None else {}
    for name in parameters:
        if name in table:
            raise failure("DATA", f"data: a parameter bears the name '{name}' of a column of costs or effects")
    return {**given, "data": {**table, **parameters}, "strategies": names,
            "costs": [f"cost_{j + 1}" for j in range(n)], "effects": [f"effect_{j + 1}" for j in range(n)]}


def with_parameters(given: Dict[str, Any]) -> Dict[str, Any]:
    """As above; parameters that came with the matrices play the role of that name unless some are named."""
    data, out = given.get("data"), from_matrices(given)
    if out is not given and isinstance(data, Mapping) and out.get("parameters") is None \
            and data.get("parameters") is not None:
        out["parameters"] = [str(name) for name, _ in columns_of(data["parameters"], "parameters")]
    return out


def _first(data: Mapping[str, Any], names: Tuple[str, ...], otherwise: Any = None) -> Any:
    return next((data[name] for name in names if data.get(name) is not None), otherwise)


def _matrix(value: Any) -> Optional[Tuple[List[Any], Optional[List[str]]]]:
    """Columns of a matrix and their names (None: it has none); None for anything else."""
    if len(getattr(value, "shape", ())) == 2:
        names = [str(name) for name in value.columns] if hasattr(value, "columns") else None
        at = getattr(value, "iloc", value)
        return [at[:, j] for j in range(value.shape[1])], names
    if isinstance(value, (list, tuple)) and value and all(isinstance(row, (list, tuple)) for row in value):
        if len({len(row) for row in value}) == 1:
            return [list(column) for column in zip(*value)], None
    return None
