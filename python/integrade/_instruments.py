"""Definitions of instruments: list, read, check, and a sheet to collect data with."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import Any, Dict, List, Union

from . import _core, _tables

Instrument = Union[str, "os.PathLike[str]"]


def instruments() -> Any:
    """The built-in definitions: a table of id, version, kind, measure and title."""
    about = [instrument_check(id) for id in _core.instruments()]
    names = ("id", "version", "kind", "measure", "title")
    return _tables.frame(_tables.from_dict({name: [_text(a.get(name)) for a in about] for name in names}))


def instrument(instrument: Instrument) -> str:
    """The YAML text of a definition, by id of a built-in or by path: the start of one of your own.

    Raises ``DefinitionError`` (the nearest id is suggested).
    """
    return _core.instrument_text(os.fspath(instrument))


def instrument_check(instrument: Instrument) -> Dict[str, Any]:
    """Check a definition (shape, meaning, worked examples) and describe it.

    Gives id, version, kind, title, source, licence, sha256, items and scores.  Raises ``DefinitionError`` with
    ``source`` (file), ``line`` and ``column`` (key).
    """
    return dict(json.loads(_core.instrument_check(os.fspath(instrument))))


def instrument_template(instrument: Instrument) -> Any:
    """An empty table to collect data with: a column per item, or a row per item where rows are items."""
    header, *rows = csv.reader(io.StringIO(_core.instrument_template(os.fspath(instrument))))
    columns: Dict[str, List[Any]] = {name: [row[i] or None for row in rows] for i, name in enumerate(header)}
    return _tables.frame(_tables.from_dict(columns))


def _text(value: Any) -> Any:
    return None if value is None else str(value)
