"""Samples of a model as matrices, and the runs of one-way sensitivity."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import integrade

GOLDEN = Path(__file__).parent / "data" / "golden"


@pytest.fixture(scope="module")
def samples():
    return pd.read_csv(GOLDEN / "psa_samples.csv")


def matrices(samples):
    names = [name[5:] for name in samples.columns if name.startswith("cost_")]
    return {"e": samples[[f"effect_{name}" for name in names]].to_numpy(),
            "c": samples[[f"cost_{name}" for name in names]].to_numpy(), "interventions": names}


def test_matrices_are_the_wide_table(samples):
    wide = integrade.psa(samples, costs="/^cost_/", effects="/^effect_/")
    given = matrices(samples)
    names = given["interventions"]
    assert integrade.psa(given) == wide
    assert integrade.psa((given["e"], given["c"]), strategies=names) == wide
    assert integrade.psa({"effectiveness": pd.DataFrame(given["e"], columns=names), "cost": pd.DataFrame(given["c"])}) == wide
    assert integrade.psa((given["e"].tolist(), given["c"].tolist()), strategies=names) == wide


def test_a_table_stays_a_table(samples):
    wide = integrade.psa(samples, costs="/^cost_/", effects="/^effect_/")
    assert integrade.psa((samples.to_numpy(), list(samples.columns)), costs="/^cost_/", effects="/^effect_/") == wide
    assert integrade.psa(samples.to_dict("list"), costs="/^cost_/", effects="/^effect_/") == wide


def test_parameters_come_along(samples):
    chosen = ["p_admission", "u_gain"]
    given = {**matrices(samples), "parameters": samples[chosen]}
    assert integrade.evppi(given) == integrade.evppi(samples, costs="/^cost_/", effects="/^effect_/", parameters=chosen)
    one = integrade.evppi(given, parameters="u_gain")
    assert "p_admission" not in one.values("parameters")


@pytest.mark.parametrize("change, code, words", [
    ({"c": np.zeros((3, 2))}, "ITG_ERR_DATA", "3 x 2"),
    ({"interventions": ["a"]}, "ITG_ERR_DATA", "1 names of strategies"),
    ({"parameters": {"cost_1": [0.0]}}, "ITG_ERR_DATA", "cost_1")])
def test_matrices_that_do_not_fit(samples, change, code, words):
    with pytest.raises(integrade.IntegradeError, match=words) as raised:
        integrade.psa({**matrices(samples), **change})
    assert raised.value.code == code


def test_columns_cannot_be_named_beside_matrices(samples):
    with pytest.raises(integrade.IntegradeError, match="'costs' names a column"):
        integrade.psa(matrices(samples), costs="cost")


def test_tornado_draws_what_the_table_holds():
    from matplotlib import pyplot

    runs = pd.read_csv(GOLDEN / "tornado_runs.csv")
    result = integrade.tornado(runs, thresholds=20000)
    ax = result.plot(where={"strategy": "home"})
    table = result.tables["tornado"]
    table = table[table.strategy == "home"]
    assert [label.get_text() for label in reversed(ax.get_yticklabels())] == [f"{name} *" for name in table.parameter]
    widths = sorted(round(bar.get_width(), 6) for bar in ax.patches if bar.get_height() > 0)
    wanted = sorted(round(v, 6) for end in ("inmb_low", "inmb_high") for v in table[end] - table.inmb)
    assert widths == wanted
    pyplot.close("all")


def test_limits_on_one_side_of_a_tornado_stand_one_above_the_other():
    from matplotlib import pyplot

    runs = {"parameter": ["base", "base", *["p"] * 4, *["q"] * 4], "limit": [None, None, *["low", "low", "high", "high"] * 2],
            "value": [None, None, 1, 1, 9, 9, 2, 2, 8, 8], "strategy": ["a", "b"] * 5,
            "benefit": [100.0, 110.0, 100.0, 130.0, 100.0, 150.0, 100.0, 90.0, 100.0, 120.0]}
    ax = integrade.tornado(runs).plot()
    heights = {note.get_text(): note.xy[1] - round(note.xy[1]) for note in ax.texts}
    assert heights["1"] > 0.1 and heights["9"] < -0.1 and heights["2"] == heights["8"] == 0
    widths = [bar.get_width() for bar in ax.patches if bar.get_height() > 0 and bar.get_width() > 10]
    assert widths == [40, 20]  # the longer behind
    pyplot.close("all")


def test_contours_are_the_lines_of_the_table_and_levels_can_be_chosen():
    pyplot = pytest.importorskip("matplotlib.pyplot")

    data = pd.read_csv(GOLDEN / "psa_samples.csv")
    names = {"costs": "/^cost_/", "effects": "/^effect_/"}
    result = integrade.psa(data, **names, contours=[0.5, 0.9])
    ax = result.plot(kind="contour")
    table = result.tables["contours"]
    own = table[(table.comparison == "network") & (table.level == 0.5) & (table.line == 1)]
    assert any(list(line.get_xdata()) == list(own.effect) for line in ax.lines)
    assert "contours hold 50%, 90%" in ax.get_title()
    held = result.tables["increments"]
    words = [text.get_text() for text in ax.texts]
    assert "\n".join(f"{n} {v:.1f}%" for n, v in zip(held.comparison, held.dearer_better)) in words
    with pytest.raises(integrade.IntegradeError, match="contours"):
        integrade.psa(data, **names).plot(kind="contour")
    patients = {"arm": ["a", "b"] * 20, "cost": [float(100 + 37 * i % 53) for i in range(40)],
                "effect": [0.5 + 29 * i % 31 / 100 for i in range(40)]}
    trial = integrade.cea(patients, reference="a", replicates=200, seed=1, contours=0.8, contour_of="peak")
    assert "at 80% of the highest density" in trial.plot(kind="contour").get_title()
    assert "ellipses hold 50%" in trial.plot(kind="plane", level=0.5).get_title()
    with pytest.raises(integrade.IntegradeError, match="level"):
        trial.plot(kind="plane", level=1)
    pyplot.close("all")


def test_map_and_curves_draw_what_the_tables_hold():
    pyplot = pytest.importorskip("matplotlib.pyplot")

    data = pd.read_csv(GOLDEN / "psa_samples.csv")
    names = {"costs": "/^cost_/", "effects": "/^effect_/", "parameters": ["p_admission", "u_gain"]}
    result = integrade.two_way(data, **names, points=9)
    ax = result.plot(where={"threshold": 30000}, mark=(0.2, 0.05))
    own = result.tables["map"]
    own = own[own.threshold == 30000]
    order = list(dict.fromkeys(result.values("strategy", "surface")))
    mesh, lines = ax.collections
    assert [order[int(cell)] for cell in mesh.get_array().ravel()] == list(own.optimal)
    table = result.tables["lines"]
    assert len(lines.get_segments()) == (table.threshold == 30000).sum()
    assert {text.get_text().split("\n")[0] for text in ax.texts} == set(own.optimal)
    assert ax.get_xlabel() == "p_admission"
    with pytest.raises(integrade.IntegradeError, match="mark"):
        result.plot(mark=(1,))
    curves = integrade.one_way(data, **names)
    ax = curves.plot(kind="one_way", where={"parameter": "p_admission", "threshold": 20000})
    rows = curves.tables["one_way"]
    rows = rows[(rows.parameter == "p_admission") & (rows.threshold == 20000)]
    assert ax.get_xlim() == (rows.value.min(), rows.value.max())
    assert list(ax.lines[0].get_ydata()) == list(rows.nmb[rows.strategy == order[0]])
    assert curves.plot().get_xlabel().startswith("expected incremental net monetary benefit")
    pyplot.close("all")


def test_curves_and_maps_by_group_are_of_one_group():
    pyplot = pytest.importorskip("matplotlib.pyplot")

    needs = pd.read_csv(GOLDEN / "psa_needs.csv")
    names = {"costs": "/^cost_/", "effects": "/^effect_/", "parameters": ["p_admission", "u_gain"], "by": "need",
             "points": 5, "thresholds": 20000}
    one = integrade.one_way(needs, **names)
    rows = one.tables["one_way"]
    for need, where in (("high", {}), ("low", {"need": "low"})):
        ax = one.plot(kind="one_way", where={"parameter": "u_gain", **where})
        own = rows[(rows.need == need) & (rows.parameter == "u_gain") & (rows.strategy == "usual")]
        assert list(ax.lines[0].get_ydata()) == list(own.nmb)
        assert ax.get_title().endswith(f", need {need}")
    two = integrade.two_way(needs, **names)
    ax = two.plot(where={"need": "low"})
    regions = two.tables["regions"]
    assert len(ax.texts) == (regions.need == "low").sum()
    assert ax.get_title().endswith(", need low")
    pyplot.close("all")


def test_tornado_of_net_benefit_with_one_limit():
    from matplotlib import pyplot

    runs = {"parameter": ["base", "base", "p", "p"], "limit": [None, None, "high", "high"],
            "strategy": ["a", "b", "a", "b"], "benefit": [100.0, 110.0, 100.0, 80.0]}
    result = integrade.tornado(runs)
    low, = result.values("inmb_low", "tornado")
    assert low is None or math.isnan(low)
    assert list(result.values("inmb_high", "tornado")) == [-20]
    assert result.plot().get_title() == "Tornado: b"
    pyplot.close("all")


@pytest.mark.parametrize("kind", ["ceac", "plane", "frontier", "loss", "evpi"])
def test_pictures_by_group_are_of_one_group(kind):
    pytest.importorskip("matplotlib").use("Agg")
    ages = pd.read_csv(GOLDEN / "psa_ages.csv")
    result = integrade.psa(ages, costs="/^cost_/", effects="/^effect_/", sample="draw", by="age",
                           group_weights={"under 75": 7, "75 and over": 3})
    assert result.values("value_of_heterogeneity", "heterogeneity")[0] == 0
    for group in ("75 and over", "under 75"):
        where = {} if group == "75 and over" else {"age": group}
        assert group in result.plot(kind=kind, where=where).get_title()


@pytest.mark.parametrize("measure, kind, more", [
    ("evppi", "evppi", {}), ("evppi", "tornado", {}), ("evsi", "evsi", {"design": "binary", "sizes": [50, 200], "seed": 1})])
def test_worth_of_information_by_group_is_that_of_its_rows_alone(measure, kind, more):
    pytest.importorskip("matplotlib").use("Agg")
    needs = pd.read_csv(GOLDEN / "psa_needs.csv")
    run = getattr(integrade, measure)
    names = {"costs": "/^cost_/", "effects": "/^effect_/", "parameters": "p_admission", **more}
    result, alone = run(needs, **names, by="need"), run(needs[needs["need"] == "low"], **names)
    for column in alone.tables[kind].columns:
        rows = zip(result.values("need", kind), result.values(column, kind))
        assert [value for need, value in rows if need == "low"] == list(alone.values(column, kind))
    for group in ("high", "low"):
        assert f"need {group}" in result.plot(kind=kind, where={} if group == "high" else {"need": group}).get_title()


def test_every_profile_of_a_value_set_is_listed():
    values = integrade.valueset_values("eq5d-3l-uk")
    assert len(values) == 243
    assert list(values["value"]) == list(integrade.eq5d_utility([str(p) for p in values["profile"]], "eq5d-3l-uk"))
    with pytest.raises(integrade.DefinitionError, match="no value set"):
        integrade.valueset_values("microsystem")
