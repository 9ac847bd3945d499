"""The measures under their own names; every one is ``measure(name, ...)`` with arguments of its own.

Arguments are keywords: a role takes the name of the column that plays it (or a list of names), an option its
value.  A test compares them with ``describe(name)``.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, TypeVar, Union

from . import _tables
from ._errors import failure
from ._result import Result
from ._run import measure

Columns = Union[str, Sequence[str]]
Definition = Union[str, Mapping[str, Any]]
F = TypeVar("F", bound=Callable[..., Any])

_COMMON = {
    "columns": """columns : dict, optional
        Map from role to column, list of columns, ``"prefix_{n}"`` or ``"/pattern/"``: another way to name columns.""",
    "by": """by : str or list of str, optional
        Columns to group by.""",
    "keep": """keep : str or list of str, optional
        Columns to carry into tables of rows.""",
    "missing": """missing : list, or dict from code to reason, optional
        Codes that are missing, such as ``[-9]`` or ``{-8: "refused"}``.""",
    "conf_level": """conf_level : float
        Level of the confidence intervals, 0.95.""",
    "seed": """seed : int, optional
        Seed of the random numbers, 0 to 2**53 - 1: the same seed gives the same draws in every front.""",
    "rng": """rng : None, int, numpy.random.Generator or random.Random
        Where the seed comes from when it is not given; None takes fresh entropy.""",
    "threads": """threads : int, optional
        Default at most two; the number never shows in a result.""",
}
_NONE_MISSING = "None, NaN, NaT, pandas.NA and masked values are missing."


def _documented(function: F) -> F:
    """Complete a docstring with the arguments that all measures share."""
    code = function.__code__  # type: ignore[attr-defined]
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    shared = "\n    ".join(text for name, text in _COMMON.items() if name in names)
    function.__doc__ = (function.__doc__ or "").replace("{shared}", shared).replace("{missing}", _NONE_MISSING)
    function.__doc__ = function.__doc__.replace("{{", "{").replace("}}", "}")
    return function


def _run(name: str, arguments: Dict[str, Any], *inputs: str) -> Result:
    """Run with the arguments of a front function; `inputs` are those that are tables beside `data`."""
    data = arguments.pop("data")
    others = {input: arguments.pop(input) for input in inputs}
    if inputs:
        data = {"data": data, **others}
    return measure(name, data, **arguments)


@_documented
def functional_integration(
        data: Any, *, unit: Optional[str] = None, partner: Optional[str] = None, rank: Optional[str] = None,
        optimum: Optional[str] = None, rater: Optional[str] = None, profession: Optional[str] = None,
        category: Optional[str] = None, direction: Optional[str] = None, organisation: Optional[str] = None,
        instrument: Optional[Definition] = None, anchors: Optional[Mapping[str, float]] = None,
        units: Optional[Sequence[str]] = None, consensus: Optional[str] = None, replicates: Optional[int] = None,
        conf_level: Optional[float] = None, columns: Optional[Mapping[str, Any]] = None, by: Optional[Columns] = None,
        missing: Any = None, seed: Optional[int] = None, rng: Any = None, threads: Optional[int] = None) -> Result:
    """Scale of functional integration: how far units work together, as each of them sees it.

    Ahgren & Axelsson, Int J Integr Care 2005;5:e01: each unit ranks its integration with every other from 0
    (full segregation) to 100 (full integration), as it is and as it thinks best.

    Parameters
    ----------
    data : table
        One row per rater, unit, partner and category.  {missing}
    unit, partner : str
        Columns of the unit that rates and the unit that is rated.  Default: the columns of these names.
    rank : str
        Column of actual integration, 0 to 100, or the word of a state with ``anchors``.
    optimum : str, optional
        Column of the integration that the unit thinks best, as ``rank``.
    rater, profession, category : str, optional
        Columns of the person who rates, the person's profession, and what is integrated (referrals, ...).
    direction, organisation : str, optional
        Columns of type of partner: vertical or horizontal, intra or inter.
    instrument : str or dict
        Definition of kind matrix; ``"functional-integration"``.
    anchors : dict, optional
        Number of each state, needed when ranks are words: none was published.
    units : list of str, optional
        All units; others are errors, and pairs without a row count as missing.
    consensus : "mean" or "median"
        How raters of one pair and category are brought to one figure.
    replicates : int
        Bootstrap replicates, 1000; 0 leaves the intervals out.
    {shared}

    Returns
    -------
    Result
        Scope (percent of partners with a rank above 0), rank, optimum and gap (points; a negative gap is
        over-integration), over_integrated (percent), received and disagreement (points), by unit and type of
        partner; tables ``matrix`` (a row per pair of units) and ``professions``.

    Raises
    ------
    InputError
        A rank out of range, an unknown unit, a pair rated twice, a column that is not there, ...
    """
    return _run("functional_integration", locals())


@_documented
def scorecard(
        data: Any, indicators: Any, *, indicator: Optional[str] = None, value: Optional[str] = None,
        site: Optional[str] = None, period: Optional[str] = None, se: Optional[str] = None,
        events: Optional[str] = None, n: Optional[str] = None, perspective: Optional[str] = None,
        direction: Optional[str] = None, target: Optional[str] = None, target_low: Optional[str] = None,
        target_high: Optional[str] = None, floor: Optional[str] = None, baseline: Optional[str] = None,
        weight: Optional[str] = None, unit: Optional[str] = None, instrument: Optional[Definition] = None,
        clip: Optional[bool] = None, perspective_weights: Optional[Mapping[str, float]] = None,
        interval: Optional[str] = None, bands: Optional[Mapping[str, float]] = None, draws: Optional[int] = None,
        conf_level: Optional[float] = None, columns: Optional[Mapping[str, Any]] = None, missing: Any = None,
        seed: Optional[int] = None, rng: Any = None, threads: Optional[int] = None) -> Result:
    """Balanced scorecard: perspectives, indicators with direction and target, status, trend and rank.

    Parameters
    ----------
    data : table
        Values, one row per indicator, site and period.  {missing}
    indicators : table
        One row per indicator.
    indicator, value : str
        Columns of ``data``: name of the indicator, and what was measured, in the indicator's unit.  (The name in
        ``indicators`` is its column ``indicator``; ``columns={{"indicators.indicator": ...}}`` says another.)
    site, period : str, optional
        Columns of ``data``: place, and time of measurement.
    se : str, optional
        Column of standard errors of the values.
    events, n : str, optional
        Columns of counts, in place of a value, and of denominators of percents and proportions.
    perspective, direction : str
        Columns of ``indicators``: the perspective, and what is better: higher, lower, or within a range.
    target, target_low, target_high : str, optional
        Columns of ``indicators``: the target, or the ends of the target range.
    floor, baseline : str, optional
        Columns of ``indicators``: value of score 0 (default the baseline), and value at the start.
    weight, unit : str, optional
        Columns of ``indicators``: weight within the perspective, and unit of the values.
    instrument : str or dict, optional
        Definition of kind scorecard that names the perspectives: ``"scorecard-classic"``,
        ``"scorecard-ontario"``, or one's own.
    clip : bool
        Keep scores within 0 and 100; True.
    perspective_weights : dict, optional
        Weight of each perspective in the total; equal when neither this nor the instrument says otherwise.
    interval : "wilson" or "exact"
        Interval of percents and proportions.
    bands : dict, optional
        Words for scores: from word to lowest score.
    draws : int
        Monte-Carlo draws for the uncertainty of scores and ranks, 1000; 0 leaves it out.
    {shared}

    Returns
    -------
    Result
        Score (points: 0 at the floor, 100 at the target) by indicator, perspective and in total, coverage and met
        (percent), rank; tables ``indicators`` (value, gap, status in words, trend) and ``perspectives``.

    Raises
    ------
    InputError
        An unknown indicator or direction, a target that is absent, a value stated twice, ...
    """
    return _run("scorecard", locals(), "indicators")


@_documented
def score(data: Any, instrument: Optional[Definition] = None, *, elements: Any = None, phases: Any = None,
          columns: Optional[Mapping[str, Any]] = None, by: Optional[Columns] = None, keep: Optional[Columns] = None,
          missing: Any = None, seed: Optional[int] = None, rng: Any = None, threads: Optional[int] = None,
          **arguments: Any) -> Result:
    """Score an instrument of kind scale, checklist, stages, points, ladder or map.

    Parameters
    ----------
    data : table
        As the kind wants it: a row per respondent for scales, else a row per answer.  {missing}
    instrument : str or dict
        Id of a built-in definition (see ``instruments()``), path of a file, or the definition itself.
    elements, phases : table, optional
        Further inputs of some kinds; see ``describe("stages")`` and ``describe("checklist")``.
    {shared}
    **arguments
        Roles (also ``item="column"``) and options of the measure that bears the kind's name, for instance
        ``describe("scale")``: conf_level, scores, out_of_range, responses; tie; rule, theta, cut_points,
        checklist; values, partial, incomplete, threshold, rules, points, references; statistics, continuity;
        cuts; items.

    Returns
    -------
    Result
        Scores by group with interval and band, and the tables of the kind.

    Raises
    ------
    InputError, OptionError, DefinitionError
    """
    given = {"data": data, "elements": elements, "phases": phases}
    return measure("score", {name: table for name, table in given.items() if table is not None},
                   instrument=instrument, columns=columns, by=by, keep=keep, missing=missing, seed=seed, rng=rng,
                   threads=threads, **arguments)


@_documented
def eq5d_utility(
        data: Any, valueset: Optional[Definition] = None, *, mobility: Optional[str] = None,
        self_care: Optional[str] = None, usual_activities: Optional[str] = None, pain: Optional[str] = None,
        anxiety: Optional[str] = None, profile: Optional[str] = None, instrument: Optional[Definition] = None,
        invalid: Optional[str] = None, conf_level: Optional[float] = None,
        columns: Optional[Mapping[str, Any]] = None, by: Optional[Columns] = None, keep: Optional[Columns] = None,
        missing: Any = None, threads: Optional[int] = None, summary: bool = False) -> Any:
    """Utilities of EQ-5D profiles by a national value set.

    Parameters
    ----------
    data : table, or one column of profiles
        Five columns of levels (1 to 3 or 1 to 5) or one of profiles such as ``21232`` or ``"21232"``.
        {missing}
    valueset : str or dict
        Id of a built-in value set such as ``"eq5d-5l-england"`` (see ``instruments()``), path of a definition, or
        a definition.
    mobility, self_care, usual_activities, pain, anxiety : str, optional
        Columns of the five dimensions.  Default: the columns of these names.
    profile : str, optional
        Column of profiles, instead of the five.
    instrument : str or dict, optional
        The same as ``valueset``, under the name all definitions share.
    invalid : "error" or "missing"
        What a level that does not exist does.
    {shared}
    summary : bool
        Give the estimates and all tables instead of the utilities.

    Returns
    -------
    pandas.Series, numpy.ndarray or list
        One utility per input row, in the order of the rows and with the index of a DataFrame; a list (None is
        missing) where the input holds no pandas or NumPy object.  Full health has the value of the published
        model, negative values are states worse than dead.
    Result
        With ``summary=True``: mean, standard deviation, percent in full health and below 0, by group; table
        ``utilities``.

    Raises
    ------
    InputError
        A profile that does not exist, with its row.
    """
    arguments = locals()
    arguments.pop("summary")
    if _is_column(data):
        arguments["data"] = {"profile": data}
    result = _run("eq5d_utility", arguments)
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


_ROWS = ("utilities", "qalys", "scores", "rows", "patients")
