"""Tables in and out: what people hold as columns that the core can borrow, and the other way round.

NumPy and pandas are used when the caller has them and never needed: they are looked up, not imported, when
tables come in, since nobody can pass their objects without having imported them.
"""

from __future__ import annotations

import array
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Dict, List, Optional, Tuple

from ._errors import failure

Column = Tuple[str, Any, Any]             # name, values, reasons: what goes in
Lent = Tuple[str, int, List[Column]]      # name, rows, columns
Given = Tuple[str, str, Any, Any]         # name, type, values, reasons: what comes out

_NUMPY_TYPES = {"int32": "int32", "int64": "int64", "double": "float64", "bool": "bool"}
_ARRAY_TYPES = {"int32": "i", "int64": "q", "double": "d", "bool": "B"}


# ---- in ----

def lend(data: Any, name: str) -> Lent:
    """A table as ``(name, rows, columns)``; the values stay where they are wherever that is possible."""
    columns = [(str(column), *_column(values, str(column))) for column, values in columns_of(data, name)]
    rows = len(columns[0][1]) if columns else 0
    return name, rows, columns


def columns_of(data: Any, name: str) -> List[Tuple[Any, Any]]:
    """Names and values of the columns of whatever is a table."""
    numpy = sys.modules.get("numpy")
    if isinstance(data, tuple) and len(data) == 2 and getattr(data[0], "ndim", 0) == 2:
        values, names = data[0], list(data[1])
        if len(names) != values.shape[1]:
            raise failure("ARGUMENT", f"{name}: {len(names)} names for {values.shape[1]} columns; give one per column")
        return [(column, values[:, i]) for i, column in enumerate(names)]
    if isinstance(data, Mapping):
        return list(data.items())
    if numpy is not None and isinstance(data, numpy.ndarray):
        if data.dtype.names:
            return [(column, data[column]) for column in data.dtype.names]
    elif hasattr(data, "iloc") and hasattr(data, "columns"):  # pandas: by place, so that a repeated name is seen
        return [(column, data.iloc[:, i]) for i, column in enumerate(data.columns)]
    elif hasattr(data, "columns") and hasattr(data, "__getitem__"):
        return [(column, data[column]) for column in data.columns]
    raise failure("TYPE", f"{name}: one {type(data).__name__} is not a table; give a DataFrame, a dict of columns, a "
                          "structured array, or (2-D array, names)")


def _column(values: Any, name: str) -> Tuple[Any, Any]:
    """Values and reasons (None, or a byte per row that is not 0 where the value is missing)."""
    if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__iter__"):
        raise failure("TYPE", f"column '{name}' is one {type(values).__name__}; give one value per row", column=name)
    dtype = getattr(values, "dtype", None)
    if dtype is None:
        return (values if hasattr(values, "__len__") else list(values)), None
    if hasattr(values, "isna"):
        return _series_in(values)
    numpy = sys.modules.get("numpy")
    if numpy is not None and numpy.ma.isMaskedArray(values):
        return values.data, _reasons(numpy.ma.getmaskarray(values))
    if dtype.__class__.__module__.startswith("numpy") and dtype.kind in "mM":  # dates become text
        return values.astype(str), _reasons(values != values)
    return (values.__array__() if hasattr(values, "__array__") else list(values)), None


def _series_in(values: Any) -> Tuple[Any, Any]:
    """A pandas Series (or Index): nullable and date types keep their missing values apart."""
    kind = getattr(getattr(values.dtype, "numpy_dtype", values.dtype), "kind", "")
    if hasattr(values.dtype, "na_value") and hasattr(values.dtype, "numpy_dtype") and kind in "iufb":
        missing = values.isna()
        plain = values.to_numpy(dtype=values.dtype.numpy_dtype, na_value=False if kind == "b" else 0)
        return plain, _reasons(missing.__array__())
    if kind in "mM":
        missing = values.isna()
        return values.astype(str).__array__(), _reasons(missing.__array__())
    return values.__array__(), None


def _reasons(missing: Any) -> Any:
    return missing.astype("uint8") if missing.any() else None


# ---- out ----

def frame(columns: Sequence[Given]) -> Any:
    """A pandas DataFrame, or a dict of lists where pandas is not installed."""
    try:
        import pandas
    except ImportError:
        return {name: to_list(kind, values, reasons) for name, kind, values, reasons in columns}
    return pandas.DataFrame({name: _series(pandas, kind, values, reasons) for name, kind, values, reasons in columns})


def _series(pandas: Any, kind: str, values: Any, reasons: Any) -> Any:
    import numpy

    if kind == "string":
        return pandas.Series(values, dtype=object)
    numbers = numpy.array(numpy.frombuffer(values, dtype=_NUMPY_TYPES[kind]))
    if reasons is None or kind == "double":
        return pandas.Series(numbers)
    out = pandas.Series(numbers).astype("boolean" if kind == "bool" else "Int64")
    out[numpy.frombuffer(reasons, dtype="uint8") != 0] = pandas.NA
    return out


def numbers(kind: str, values: Any) -> Any:
    """A numeric column as a NumPy array of its own, or an ``array.array``."""
    try:
        import numpy
    except ImportError:
        return array.array(_ARRAY_TYPES[kind], bytes(values))
    return numpy.array(numpy.frombuffer(values, dtype=_NUMPY_TYPES[kind]))


def to_list(kind: str, values: Any, reasons: Any) -> List[Any]:
    """A column as a list; None is missing."""
    if kind == "string":
        return list(values)
    out: List[Any] = array.array(_ARRAY_TYPES[kind], bytes(values)).tolist()
    if kind == "bool":
        out = [bool(value) for value in out]
    if kind == "double":
        return [None if value != value else value for value in out]
    if reasons is not None:
        out = [None if reason else value for value, reason in zip(out, reasons)]
    return out


def integers(name: str, texts: List[Optional[str]]) -> Given:
    """A column of text that holds whole numbers, as whole numbers."""
    values = bytearray(array.array("q", [int(text) if text is not None else 0 for text in texts]).tobytes())
    missing = bytes(text is None for text in texts)
    return name, "int64", values, missing if any(missing) else None


def from_dict(columns: Dict[str, List[Any]]) -> List[Given]:
    """Columns of text as a given table (for lists that this package makes itself)."""
    return [(name, "string", values, None) for name, values in columns.items()]
