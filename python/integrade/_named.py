"""A measure as a function under its own name: arguments and help are what the core describes."""

from __future__ import annotations

import textwrap
from difflib import get_close_matches
from inspect import Parameter, Signature
from typing import Any, Callable, Dict, List, Optional

from ._result import Result
from ._run import _about, measure

SHARED = {
    "columns": ("dict, optional", "Map from role to column, list of columns, ``\"prefix_{n}\"`` or ``\"/pattern/\"``: "
                                  "another way to name columns, and the way for a role of two inputs "
                                  "(``{\"input.role\": \"column\"}``)."),
    "by": ("str or list of str, optional", "Columns to group by."),
    "keep": ("str or list of str, optional", "Columns to carry into tables of rows."),
    "missing": ("list, or dict from code to reason, optional",
                "Codes that are missing, such as ``[-9]`` or ``{-8: \"refused\"}``."),
    "seed": ("int, optional", "Seed of the random numbers, 0 to 2**53 - 1: the same seed gives the same draws in every "
                              "front."),
    "rng": ("None, int, numpy.random.Generator or random.Random",
            "Where the seed comes from when it is not given; None takes fresh entropy."),
    "threads": ("int, optional", "Default at most two; the number never shows in a result."),
}
MISSING = "None, NaN, NaT, pandas.NA and masked values are missing."
_TYPES = {"flag": "bool", "text": "str", "texts": "str or list of str", "number": "float", "integer": "int",
          "numbers": "float or list of float", "map": "dict", "maps": "list of dict", "named": "dict of dicts",
          "number_map": "dict from name to number", "text_map": "dict from name to str", "any": "any"}


def shared(about: Dict[str, Any]) -> List[str]:
    """The arguments that a measure has beside its own."""
    have = {"by": about["groups"], "keep": about["rows"], "seed": about["draws"], "rng": about["draws"]}
    return [name for name in SHARED if have.get(name, True)]


def named(name: str, prepare: Optional[Callable[[Dict[str, Any]], Dict[str, Any]]] = None,
          special: Optional[Dict[str, Any]] = None) -> Callable[..., Result]:
    """The function of a measure.  Inputs come first, then roles, options and what measures share, by keyword.

    `prepare` may turn the arguments into others; `special` says in the help what it takes, as in `document`."""
    about = _about(name)
    inputs = list(dict.fromkeys(role["input"] for role in about["roles"])) or ["data"]
    needed = {role["input"] for role in about["roles"] if role["required"]}
    free = len(inputs) > 1 and not needed  # another table may come in place of the main one
    own = list(dict.fromkeys([role["name"] for role in about["roles"]] + [o["name"] for o in about["options"]]))
    arguments = ["data", *inputs[1:]]
    parameters = [Parameter(argument, Parameter.POSITIONAL_OR_KEYWORD,
                            default=Parameter.empty if argument in needed or argument == "data" and not free else None)
                  for argument in arguments]
    parameters += [Parameter(argument, Parameter.KEYWORD_ONLY, default=None)
                   for argument in dict.fromkeys([*own, *shared(about)]) if argument not in arguments]
    signature = Signature(parameters, return_annotation=Result)

    def function(*values: Any, **options: Any) -> Result:
        for option in options:
            if option not in signature.parameters:
                near = get_close_matches(option, signature.parameters, 1)
                raise TypeError(f"{name}() has no argument '{option}'"
                                + (f"; did you mean '{near[0]}'?" if near else f"; see help(integrade.{name})"))
        given = dict(signature.bind(*values, **options).arguments)
        if prepare:
            given = prepare(given)
        tables = {place: given.pop(argument, None) for place, argument in zip(inputs, arguments)}
        return measure(name, tables if len(tables) > 1 else tables[inputs[0]], **given)

    function.__name__ = function.__qualname__ = name
    function.__module__ = "integrade"
    function.__signature__ = signature  # type: ignore[attr-defined]
    function.__doc__ = document(about, list(signature.parameters), arguments, special)
    return function


def document(about: Dict[str, Any], arguments: List[str], tables: List[str],
             special: Optional[Dict[str, Any]] = None, value: str = "") -> str:
    """Help of a function; `special` holds (type, text) of arguments that are not the core's."""
    lines = [about["title"] + ".", "", *_wrap(about["summary"], 0), "", "Parameters", "----------"]
    for argument in arguments:
        kind, text = (special or {}).get(argument) or _argument(about, argument, tables)
        lines += [f"{argument} : {kind}", *_wrap(text, 4)]
    extra = [f"{output['name']}: {output['help']}" for output in about["outputs"]]
    text = f"Estimates (``n`` counts {about['counts']})"
    if extra:
        text += "; tables " + "; ".join(f"``{e.split(':')[0]}`` ({e.split(': ', 1)[1]})" for e in extra)
    text += "."
    lines += ["", "Returns", "-------", *([value, ""] if value else []), "Result", *_wrap(text, 4), "", "Raises", "------",
              "IntegradeError", *_wrap("With ``code``, ``row``, ``line``, ``column`` and ``source``.", 4), "", "Notes",
              "-----", *_wrap("Source: " + about["source"], 0)]
    return "\n".join(lines)


def _argument(about: Dict[str, Any], argument: str, tables: List[str]) -> Any:
    roles = [role for role in about["roles"] if role["name"] == argument]
    options = [option for option in about["options"] if option["name"] == argument]
    if not roles and not options:
        if argument in tables:
            return "table", f"{MISSING}" if argument == "data" else f"Table of {argument.replace('_', ' ')}."
        return SHARED[argument]
    several = any(role["kind"] in ("numbers", "texts") for role in roles)
    kind = ("str or list of str" if several else "str") if roles else _TYPES[options[0]["type"]]
    if options and options[0]["choices"]:
        kind = " or ".join(f'"{choice}"' for choice in options[0]["choices"])
    required = any(role["required"] for role in roles) or (options and options[0]["required"])
    said = [f"Column{'s' if several else ''} of ``{role['input']}``: {role['help']} "
            f"({role['kind']}{_range(role['range'])})." for role in roles]
    said += [f"{option['help'][:1].upper()}{option['help'][1:]}"
             + (f" ({_range(option['range'])[2:]})" if option["range"] else "")
             + (f"; default {option['default']}" if option["default"] is not None else "") + "." for option in options]
    return kind + ("" if required else ", optional"), " ".join(said)


def _range(ends: Any) -> str:
    if not ends:
        return ""
    low, high = (None if end is None else f"{end:.15g}" for end in ends)
    return f", at most {high}" if low is None else f", at least {low}" if high is None else f", {low} to {high}"


def _wrap(text: str, indent: int) -> List[str]:
    return textwrap.wrap(text.replace("`", "``").replace("````", "``"), 100, initial_indent=" " * indent,
                         subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)
