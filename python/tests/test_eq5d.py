"""EQ-5D answers: values by stratum, change, and pictures that draw what the tables hold."""

import pytest

import integrade

ANSWERS = {"person": [1, 1, 2, 2, 3, 3], "wave": [1, 2] * 3, "arm": ["a", "a", "a", "a", "b", "b"],
           "profile": [21232, 11121, 11111, 11111, 33333, 33233]}


def test_change_of_three_people():
    result = integrade.eq5d_profile(ANSWERS, levels=5)
    assert result.values("change", "persons") == ["better", "no problems", "better"]
    result = integrade.eq5d_profile(ANSWERS, levels=5, before=2, after=1)
    assert result.values("change", "persons") == ["worse", "no problems", "worse"]


def test_what_concerns_the_estimates_is_refused_where_only_utilities_are_given():
    data = {"arm": ["a", "b"], "profile": [11111, 21232]}
    with pytest.raises(integrade.OptionError, match="by: of use with summary=True only"):
        integrade.eq5d_utility(data, "eq5d-5l-england", by="arm")
    assert integrade.eq5d_utility(data, "eq5d-5l-england", by="arm", summary=True).measure == "eq5d_utility"


def test_a_table_of_values_by_stratum():
    levels = range(1, 4)
    profiles = [int(f"{a}{b}{c}{d}{e}") for a in levels for b in levels for c in levels for d in levels for e in levels]
    values = {"profile": profiles * 2, "value": [0.5] * 243 + [0.25] * 243, "stratum": ["f"] * 243 + ["m"] * 243}
    data = {"profile": [21232, 33333, 11111], "stratum": ["m", "f", None]}
    assert integrade.eq5d_utility(data, values=values) == [0.25, 0.5, None]


def test_patients_of_several_countries_have_each_their_own_value_set():
    data = {"country": ["NL", "UK", None], "profile": [21232, 21232, 11111]}
    sets = {"NL": "eq5d-5l-netherlands", "UK": "eq5d-5l-uk"}
    assert integrade.eq5d_utility(data, valueset=sets, valueset_by="country") == [0.717, 0.812, None]
    with pytest.raises(integrade.InputError, match="'UK' has no definition"):
        integrade.eq5d_utility(data, valueset={"NL": "eq5d-5l-netherlands"}, valueset_by="country")


def test_pictures_hold_the_percents_of_the_tables():
    pytest.importorskip("matplotlib").use("Agg")
    result = integrade.eq5d_profile(ANSWERS, levels=5, by="arm")
    ax = result.plot(kind="change")
    assert [text.get_text() for text in ax.texts] == ["50", "100", "50"]  # better in a and b, no problems in a
    ax = result.plot(kind="levels", where={"arm": "b"})
    assert {text.get_text() for text in ax.texts} == {"100"} and len(ax.texts) == 10  # five dimensions, two waves
