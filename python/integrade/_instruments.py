"""Definitions of instruments: list, read, check, and a sheet to collect data with."""

from __future__ import annotations

import csv
import difflib
import io
import json
import os
import textwrap
from typing import Any, Dict, List, Mapping, Optional, Tuple, Union

from . import _core, _tables
from ._errors import failure
from ._run import read_csv

Instrument = Union[str, "os.PathLike[str]"]

_KINDS = ("scale", "checklist", "points", "stages", "ladder", "map", "matrix", "scorecard", "valueset", "codebook")
_GROUPS = ("integration", "classification", "principles", "people", "stratification", "health")


_NUMBERS = ("{numbers_only} of {n_items} are numbers only: those names were not found or may not be printed. Labels that "
            "you hold: instrument_label(\"{id}\", labels).")


class About(Dict[str, Any]):
    """The description of a definition, which prints what a reader cites: source, licence, and rules of no source."""

    def __str__(self) -> str:
        source, licence = self.get("source") or {}, self.get("licence") or {}
        lines = [f"{self['id']} {self['version']} - {self['title']}",
                 f"Kind {self['kind']}, measure {self['measure']}, unit {self['unit']}"]
        lines += [f"Tables {', '.join(self['tables'])}"] if len(self["tables"]) > 1 else []
        lines += ["", "Source"]
        lines += _lines(source, ("", "citation"), ("https://doi.org/", "doi"), ("Scoring: ", "scoring"))
        lines += ["", "Licence"]
        lines += _lines(licence, ("Items: ", "items"), ("Scoring: ", "scoring"), ("Holder: ", "holder"), ("", "url"))
        if self.get("numbers_only"):
            lines += ["", "Labels", *_lines({"text": _NUMBERS.format(**self)}, ("", "text"))]
        choices = self.get("choices") or []
        lines += ["", "Choices (no source states these rules)"] if choices else []
        for choice in choices:
            lines += _lines(choice, ("", "rule"), ("Why: ", "why"), ("Override: ", "override"))
        return "\n".join(lines)

    __repr__ = __str__


class Checked(Dict[str, Any]):
    """The description of a definition that passed its check, which prints that it did."""

    def __str__(self) -> str:
        plural = "" if self["examples"] == 1 else "s"
        return (f"{self['id']} {self['version']}: fine; kind {self['kind']}, measure {self['measure']}, "
                f"{self['examples']} worked example{plural} reproduced")

    __repr__ = __str__


def _lines(part: Any, *entries: Tuple[str, str]) -> List[str]:
    made = (textwrap.fill(head + str(part[key]), 78, initial_indent="  ", subsequent_indent="    ")
            for head, key in entries if part.get(key))
    return list(made)


def _need_word(word: Optional[str], what: str, allowed: Tuple[str, ...]) -> None:
    if word is None or word in allowed:
        return
    near = difflib.get_close_matches(word, allowed, 1)
    raise ValueError(f"{what} is {word!r}; allowed: {', '.join(allowed)}" + (f"; did you mean {near[0]!r}?" if near else ""))


def instruments(kind: Optional[str] = None, group: Optional[str] = None, text: Optional[str] = None) -> Any:
    """The built-in definitions: a table of id, version, kind, group, measure and title.

    Parameters
    ----------
    kind : str, optional
        Only those of this kind: scale, checklist, points, stages, ladder, map, matrix, scorecard, valueset, codebook.
    group : str, optional
        Only those about this: integration, classification, principles, people, stratification, health.
    text : str, optional
        Only those with every word of this text in id or title, whatever its case.
    """
    _need_word(kind, "kind", _KINDS)
    _need_word(group, "group", _GROUPS)
    about = [json.loads(_core.instrument_describe(id)) for id in _core.instruments()]
    about = [a for a in about if (kind is None or a.get("kind") == kind) and (group is None or a.get("group") == group)
             and (_holds(f"{a['id']} {a['title']}", text))]
    names = ("id", "version", "kind", "group", "measure", "title")
    return _tables.frame(_tables.from_dict({name: [_text(a.get(name)) for a in about] for name in names}))


def catalogue(group: Optional[str] = None, text: Optional[str] = None) -> Any:
    """The 208 measurement systems that the sources name, and what serves each.

    A table of id (A03), name, group, definitions and measures (``|`` between several), source, and a note: what is
    special, or why nothing serves it.

    Parameters
    ----------
    group : str, optional
        Only those of this group, by letter or word: A instrument, B classification, C checklist, D outcome,
        E utilisation, F economics, G payment, H need, I workload, J design.
    text : str, optional
        Only those with every word of this text in any column, whatever its case.
    """
    header, *rows = csv.reader(io.StringIO(_core.catalogue()))
    rows = [row for row in rows if (group is None or group.lower() in (row[0][0].lower(), row[2]))
            and _holds(" ".join(row), text)]
    return _tables.frame(_tables.from_dict({name: [row[i] or None for row in rows] for i, name in enumerate(header)}))


def instrument(instrument: Instrument) -> str:
    """The YAML text of a definition, by id of a built-in or by path: the start of one of your own.

    Raises ``DefinitionError`` (the nearest id is suggested).
    """
    return _core.instrument_text(os.fspath(instrument))


def instrument_check(instrument: Instrument) -> Checked:
    """Check a definition (shape, meaning, worked examples) and describe it.

    Gives id, version, kind, title, source, licence, sha256, items and scores as a dictionary that prints in a line.
    Raises ``DefinitionError`` with ``source`` (file), ``line`` and ``column`` (key).
    """
    return Checked(json.loads(_core.instrument_check(os.fspath(instrument))))


def instrument_about(instrument: Instrument) -> About:
    """What a reader cites and must know: source, licence, and the rules that no source states.

    A dictionary of the whole definition, unchecked, that prints these.
    """
    return About(json.loads(_core.instrument_describe(os.fspath(instrument))))


def instrument_template(instrument: Instrument, table: Optional[str] = None) -> Any:
    """An empty table to collect data with: a column per item, or a row per item where rows are items.

    ``table`` is another that the measure takes, such as the ``indicators`` of a scorecard; ``instrument_about()`` lists
    them as ``tables``.  Raises ``OptionError`` for one that it does not take.
    """
    return _sheet(_core.instrument_template(os.fspath(instrument), table))


def instrument_export(instrument: Instrument, folder: Union[None, str, "os.PathLike[str]"] = None) -> Dict[str, Any]:
    """A definition as tables for a spreadsheet, by name: definition, items, options and, of a scale, scores
    with their rules, of a map its table.

    ``definition`` has key and value (kind, title, source.citation, ...); options are answers, or the clusters of a
    checklist, the components of points, or the categories and outcomes of a map.  With ``folder`` they are also written
    to ``definition.csv``, ``items.csv``, ``options.csv`` and ``scores.csv`` there.
    """
    path = os.fspath(instrument)
    texts = {"definition": _core.instrument_head(path), "items": _core.instrument_items(path),
             "options": _core.instrument_options(path), "scores": _core.instrument_scores(path)}
    texts = {name: text for name, text in texts.items() if text}
    if folder is not None:
        os.makedirs(folder, exist_ok=True)
        for name, text in texts.items():
            with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8", newline="") as file:
                file.write(text)
    return {name: _sheet(text) for name, text in texts.items()}


def valueset_values(valueset: Instrument) -> Any:
    """Every profile of an EQ-5D value set with its level sum and value: a table with profile, level_sum and value.

    Raises ``DefinitionError`` when the definition is of another kind.
    """
    path = os.fspath(valueset)
    if json.loads(_core.instrument_describe(path))["kind"] != "valueset":
        raise failure("INSTRUMENT", f"'{path}' is no value set; see instruments(kind=\"valueset\")")
    rows = list(csv.reader(io.StringIO(_core.instrument_scores(path))))[1:]
    return _tables.frame(_tables.from_dict({"profile": [int(row[0]) for row in rows],
                                            "level_sum": [int(row[1]) for row in rows],
                                            "value": [float(row[2]) for row in rows]}))


def instrument_import(folder: Union[str, "os.PathLike[str]"]) -> str:
    """A definition (YAML text) from ``definition.csv``, ``items.csv``, ``options.csv`` and ``scores.csv`` of a folder.

    Kinds scale, checklist, points, stages, ladder, map, scorecard and matrix.  The folder's name becomes the id; choices
    and examples are to be added.  Without ``definition.csv`` it is a scale, without ``scores.csv`` its scores are means
    of complete answers, without ``options.csv`` clusters or components are those that the items name.
    """
    return _core.instrument_import(os.fspath(folder))


def instrument_label(instrument: Instrument, labels: Any) -> str:
    """A definition (YAML text) with labels of your own in place of those that it ships, such as "element 3".

    Parameters
    ----------
    instrument : str or path
        Id of a built-in definition, or path of one.
    labels : mapping, table or path
        Label by id of item, level, phase or dimension (or of cluster or component): a mapping, a table with the
        columns ``id`` and ``label``, or a CSV file with them, such as the ``items.csv`` of :func:`instrument_export`.
        What has no label there keeps its own.

    Everything else stays, worked examples too; the id of a built-in definition gets ``my-`` before it.  Raises
    ``DefinitionError`` or ``InputError`` with the row.
    """
    name = "labels"
    if isinstance(labels, (str, os.PathLike)):
        name, labels = os.fspath(labels), read_csv(labels)
    elif isinstance(labels, Mapping) and not {"id", "label"} <= set(labels):
        labels = {"id": list(labels), "label": list(labels.values())}
    return _core.instrument_label(os.fspath(instrument), [_tables.lend(labels, name)])


def _sheet(text: str) -> Any:
    header, *rows = csv.reader(io.StringIO(text))
    columns: Dict[str, List[Any]] = {name: [row[i] or None for row in rows] for i, name in enumerate(header)}
    return _tables.frame(_tables.from_dict(columns))


def _text(value: Any) -> Any:
    return None if value is None else str(value)


def _holds(whole: str, words: Optional[str]) -> bool:
    """Every word stands in the whole, whatever its case; None: any whole will do."""
    return all(word in whole.lower() for word in (words or "").lower().split())
