"""The measures under their own names.

Arguments are keywords: a role takes the name of the column that plays it (or a list of names), an option its
value; ``named()`` makes function and help from what the core describes.  Functions that take or give something else
than tables stand below.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence, Union

from . import _samples, _tables
from ._errors import failure
from ._named import document, named, shared
from ._result import Result
from ._run import _about, measure

Columns = Union[str, Sequence[str]]
Definition = Union[str, Mapping[str, Any]]

# One line per measure, for readers and type checkers; a test finds the one that was forgotten.
agreement = named("agreement")
budget_impact = named("budget_impact")
cea = named("cea")
cea_summary = named("cea_summary")
change = named("change")
checklist = named("checklist")
classification = named("classification")
coding = named("coding")
composite = named("composite")
concordance = named("concordance")
consensus = named("consensus")
continuity = named("continuity")
cost_table = named("cost_table")
costing = named("costing")
eq5d_profile = named("eq5d_profile")
evppi = named("evppi", _samples.with_parameters, _samples.HELP)
evsi = named("evsi", _samples.with_parameters, _samples.HELP)
functional_integration = named("functional_integration")
funnel = named("funnel")
gstudy = named("gstudy")
icc = named("icc")
investment = named("investment")
ladder = named("ladder")
one_way = named("one_way", _samples.with_parameters, _samples.HELP)
parameter_draws = named("parameter_draws")
points = named("points")
psa = named("psa", _samples.from_matrices, _samples.HELP)
qaly = named("qaly")
rates = named("rates")
reliability = named("reliability")
scale = named("scale")
scorecard = named("scorecard")
stages = named("stages")
tornado = named("tornado")
two_way = named("two_way", _samples.with_parameters, _samples.HELP)
within_group = named("within_group")


def score(data: Any, instrument: Optional[Definition] = None, *, elements: Any = None, phases: Any = None,
          columns: Optional[Mapping[str, Any]] = None, by: Optional[Columns] = None, keep: Optional[Columns] = None,
          missing: Any = None, seed: Optional[int] = None, rng: Any = None, threads: Optional[int] = None,
          **arguments: Any) -> Result:
    given = {"data": data, "elements": elements, "phases": phases}
    return measure("score", {name: table for name, table in given.items() if table is not None},
                   instrument=instrument, columns=columns, by=by, keep=keep, missing=missing, seed=seed, rng=rng,
                   threads=threads, **arguments)


def eq5d_utility(
        data: Any, valueset: Optional[Definition] = None, *, values: Any = None, mobility: Optional[str] = None,
        self_care: Optional[str] = None, usual_activities: Optional[str] = None, pain: Optional[str] = None,
        anxiety: Optional[str] = None, profile: Optional[str] = None, stratum: Optional[str] = None,
        value: Optional[str] = None, instrument: Optional[Definition] = None, valueset_by: Optional[str] = None,
        decimals: Optional[int] = None, invalid: Optional[str] = None, conf_level: Optional[float] = None,
        columns: Optional[Mapping[str, Any]] = None, by: Optional[Columns] = None, keep: Optional[Columns] = None,
        missing: Any = None, threads: Optional[int] = None, summary: bool = False) -> Any:
    arguments = dict(locals())
    for name in ("summary", "data", "values"):
        arguments.pop(name)
    aside = [name for name in ("by", "keep", "conf_level") if arguments[name] is not None]
    if aside and not summary:
        raise failure("OPTION", f"{', '.join(aside)}: of use with summary=True only; without it the utilities of all "
                                "rows are given, as one column")
    table = {"profile": data} if _is_column(data) else data
    result = measure("eq5d_utility", table if values is None else {"data": table, "values": values}, **arguments)
    return result if summary else _row_values(result, "utilities", "utility", data)


def _is_column(data: Any) -> bool:
    """One column instead of a table: a list, a Series, a 1-D array."""
    if isinstance(data, (list, tuple)):
        return not (isinstance(data, tuple) and len(data) == 2 and getattr(data[0], "ndim", 0) == 2)
    names = getattr(getattr(data, "dtype", None), "names", None)
    return getattr(data, "ndim", 0) == 1 and not names


def _row_values(result: Result, table: str, column: str, data: Any) -> Any:
    """A column of a table of rows in the kind of object that came in."""
    (kind, values, reasons), = (c[1:] for c in result._columns[table] if c[0] == column)
    index = getattr(data, "index", None)
    if index is not None and not callable(index) and hasattr(data, "iloc"):
        import pandas

        return pandas.Series(_tables.numbers(kind, values), index=index, name=column)
    held = [data[0]] if isinstance(data, tuple) else [data, *data.values()] if isinstance(data, Mapping) else [data]
    if any(hasattr(value, "dtype") for value in held):
        return _tables.numbers(kind, values)
    return _tables.to_list(kind, values, reasons)


def rows(result: Result) -> Any:
    """The table of a result that has one row per input row (or per person), such as utilities or scores.

    Raises ``OptionError`` when the measure gives no such table.
    """
    for name in _ROWS:
        if name in result.tables:
            return result.tables[name]
    raise failure("ARGUMENT", f"measure {result.measure} gives no table of rows; its tables are "
                              f"{', '.join(result.tables)}")


_ROWS = ("utilities", "qalys", "costs", "scores", "rows", "cases", "persons", "patients", "hits")

_ABOUT_SCORE = _about("score")
score.__doc__ = document(
    _ABOUT_SCORE, ["data", "instrument", "elements", "phases", *shared(_ABOUT_SCORE), "**arguments"],
    ["data", "elements", "phases"],
    {"elements": ("table, optional", "Further input of some kinds; see ``describe(\"stages\")``."),
     "phases": ("table, optional", "Further input of some kinds; see ``describe(\"checklist\")``."),
     "seed": ("int, optional", "Seed of kinds that draw."), "rng": ("optional", "Source of the seed."),
     "keep": ("str or list of str, optional", "Columns to carry into tables of rows."),
     "**arguments": ("any", "Roles (also ``item=\"column\"``) and options of the measure that bears the kind's name: "
                            + ", ".join(sorted({r["name"] for r in _ABOUT_SCORE["roles"]}
                                               | {o["name"] for o in _ABOUT_SCORE["options"]})) + ".")})
eq5d_utility.__doc__ = document(
    _about("eq5d_utility"),
    ["data", "valueset", "values", "mobility", "self_care", "usual_activities", "pain", "anxiety", "profile",
     "stratum", "value", "instrument", "valueset_by", "decimals", "invalid", "conf_level", *shared(_about("eq5d_utility")),
     "summary"], ["data", "values"],
    {"data": ("table, or one column of profiles", "A table, or profiles such as ``[\"11111\", \"21232\"]``."),
     "summary": ("bool", "Give the estimates and all tables instead of the utilities.")},
    "pandas.Series, numpy.ndarray or list\n    One utility per input row, in the order of the rows and with the index "
    "of a DataFrame; with\n    ``summary=True`` a Result.")
