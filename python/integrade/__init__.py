"""The measurement engine for integrated care.

>>> import integrade
>>> integrade.eq5d_utility(["11111", "21232"], valueset="eq5d-5l-england")   # doctest: +SKIP

``evaluate("evaluation.yaml")`` runs a whole evaluation file; every one of ``measures()`` is a function of that name
(``functional_integration()``, ``scorecard()``, ``score()``, ``eq5d_utility()``, ``qaly()``, ...), and
``measure(name, ...)`` computes any of them.  ``describe(name)`` tells everything about one.
"""

from ._core import version as _version
from ._errors import (DefinitionError, DisclosureError, GateError, InputError, IntegradeError, InternalError,
                      NumericError, OptionError)
from ._evaluation import Evaluation, evaluate
from ._instruments import (
    catalogue,
    instrument,
    instrument_check,
    instrument_export,
    instrument_import,
    instrument_template,
    instruments,
)
from ._measures import (
    agreement,
    budget_impact,
    cea,
    cea_summary,
    change,
    checklist,
    classification,
    coding,
    composite,
    concordance,
    consensus,
    cost_table,
    costing,
    eq5d_profile,
    eq5d_utility,
    evppi,
    evsi,
    functional_integration,
    funnel,
    gstudy,
    icc,
    investment,
    ladder,
    points,
    psa,
    qaly,
    reliability,
    rows,
    scale,
    score,
    scorecard,
    stages,
    tornado,
    within_group,
)
from ._result import Result
from ._run import describe, measure, measures, read_csv
from ._state import State, state, state_add, state_finish, state_merge

__version__ = _version()

__all__ = [
    "DefinitionError",
    "DisclosureError",
    "Evaluation",
    "GateError",
    "InputError",
    "IntegradeError",
    "InternalError",
    "NumericError",
    "OptionError",
    "Result",
    "State",
    "agreement",
    "budget_impact",
    "catalogue",
    "cea",
    "cea_summary",
    "change",
    "checklist",
    "classification",
    "coding",
    "composite",
    "concordance",
    "consensus",
    "cost_table",
    "costing",
    "describe",
    "eq5d_profile",
    "eq5d_utility",
    "evaluate",
    "evppi",
    "evsi",
    "functional_integration",
    "funnel",
    "gstudy",
    "icc",
    "instrument",
    "instrument_check",
    "instrument_export",
    "instrument_import",
    "instrument_template",
    "instruments",
    "investment",
    "ladder",
    "measure",
    "measures",
    "points",
    "psa",
    "qaly",
    "read_csv",
    "reliability",
    "rows",
    "scale",
    "score",
    "scorecard",
    "stages",
    "tornado",
    "state",
    "state_add",
    "state_finish",
    "state_merge",
    "within_group",
]
