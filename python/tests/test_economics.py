"""Cost-effectiveness: against NumPy, and its pictures."""

import pathlib

import numpy as np
import pandas as pd
import pytest

import integrade


@pytest.fixture(scope="module")
def result(patients):
    return integrade.cea(patients, reference="usual", replicates=400, seed=5)


def estimate(result, scale, column="estimate"):
    return float(result.table.loc[result.table["scale"] == scale, column].iloc[0])


def test_increments_are_differences_of_means(patients, result):
    by = patients.groupby("arm")[["cost", "effect"]].mean()
    assert estimate(result, "incremental_cost") == pytest.approx(by.cost["integrated"] - by.cost["usual"], rel=1e-12)
    assert estimate(result, "incremental_effect") == pytest.approx(by.effect["integrated"] - by.effect["usual"], rel=1e-12)


def test_adjusted_increments_are_least_squares(patients):
    data = patients.assign(age=np.arange(len(patients)) % 17)
    x = np.column_stack([np.ones(len(data)), data.arm == "integrated", data.age]).astype(float)
    found = integrade.cea(data, reference="usual", covariates="age", replicates=0)
    for scale, outcome in (("incremental_cost", "cost"), ("incremental_effect", "effect")):
        assert estimate(found, scale) == pytest.approx(np.linalg.lstsq(x, data[outcome], rcond=None)[0][1], rel=1e-10)


def test_curve_counts_replicates(result):
    """A row of the exact curve holds up to the next."""
    plane, curve = result.tables["plane"], result.tables["ceac"]
    after = list(curve.threshold[1:]) + [2 * curve.threshold.max()]
    wanted = [((t + u) / 2 * plane.effect > plane.cost).mean() for t, u in zip(curve.threshold, after)]
    assert np.allclose(curve.probability, wanted, atol=1e-15)


def test_plane_draws_every_replicate_and_the_threshold(result):
    ax = result.plot(kind="plane")
    points = ax.collections[0].get_offsets()
    assert len(points) == 400
    assert list(points[0]) == list(result.tables["plane"][["effect", "cost"]].iloc[0])
    assert "threshold 20,000: below it pays" in [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.mark.parametrize("kind, curves", [("ceac", 1), ("best", 2)])
def test_curves_draw_the_tables(result, kind, curves):
    ax = result.plot(kind=kind)
    table = result.tables[kind]
    first = table[table.arm == table.arm.iloc[0]]
    assert list(ax.lines[0].get_ydata()) == list(first.probability)
    assert len(table.arm.unique()) == curves


def test_published_figures_alone():
    found = integrade.cea_summary({"effect": [0.012], "icer": [92000], "at_threshold": [30000], "probability": [0.11]})
    assert estimate(found, "incremental_cost") == pytest.approx(1104)
    assert found.plot(kind="ceac").lines[0].get_ydata()[300] == pytest.approx(0.11)


def test_costs_per_person_are_the_product_of_use_and_prices():
    rng = np.random.default_rng(3)
    use = pd.DataFrame({"arm": ["usual", "team"] * 50, "gp": rng.poisson(4, 100), "bed": rng.random(100) * 9})
    prices = pd.DataFrame({"resource": ["bed", "gp", "taxi"], "unit_cost": [402.0, 41.5, 9.0], "payer": ["health"] * 3})
    found = integrade.costing(use, unit_costs=prices, by="arm")
    wanted = use[["bed", "gp"]].to_numpy() @ [402.0, 41.5]
    assert np.allclose(found.tables["costs"]["cost"], wanted, rtol=1e-13)
    total = found.table.query("scale == 'cost' and payer == 'all' and resource == 'all'").set_index("arm")["estimate"]
    assert np.allclose(total, pd.Series(wanted).groupby(use["arm"]).mean()[total.index], rtol=1e-13)
    assert any("taxi" in note for note in found.notes)


def test_costs_are_drawn_by_category_of_all_payers():
    use = {"arm": ["usual"] * 3 + ["team"] * 3, "gp": [6, 3, 4, 5, 2, 1], "bed": [4, 9, 0, 3, 0, 2]}
    prices = {"resource": ["gp", "bed"], "unit_cost": [41.5, 402], "category": ["primary", "inpatient"],
              "payer": ["health", "social"]}
    ax = integrade.costing(use, prices, by="arm").plot()
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert len(labels) == 6  # two categories and all of them, in two arms
    dots = next(line for line in ax.lines if len(line.get_xdata()) == len(labels))  # another line marks 0
    drawn = dict(zip(labels, dots.get_xdata()))
    assert abs(drawn["usual, primary"] - 41.5 * 13 / 3) < 1e-9


def test_r_for_hta_chapter_5_from_utilities_to_increments():
    """10TT trial; lm() of R on the public copy, whose moments the bundled rows have."""
    trial = pd.read_csv(pathlib.Path(integrade.__file__).parent / "example" / "ten-top-tips.csv")
    visits = [0, 3, 6, 12, 18, 24]
    qalys = integrade.qaly(trial, utilities=[f"qol_{month}" for month in visits], times=visits, time_unit="months")
    both = trial.merge(integrade.rows(qalys)[["id", "qaly", "baseline"]])
    found = integrade.cea(both, cost="totalcost", effect="qaly", covariates=["sex", "age"],
                          effect_covariates="baseline", reference="0", replicates=0)
    assert estimate(found, "incremental_cost") == pytest.approx(1010.84820546, abs=1e-6)
    assert estimate(found, "incremental_cost", "std_error") == pytest.approx(354.62545716, abs=1e-6)
    assert estimate(found, "incremental_effect") == pytest.approx(-.006672114044, abs=1e-10)
    assert estimate(found, "incremental_effect", "std_error") == pytest.approx(.037543348389, abs=1e-10)
