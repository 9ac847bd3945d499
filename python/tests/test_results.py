"""What a measure gives back: frozen, picklable, exact, shown well."""

import copy
import json
import pickle

import numpy as np
import pandas as pd
import pytest

import integrade

PROFILES = ["11111", "21232", None, "55555", "12121", "11111"]


@pytest.fixture()
def result():
    data = pd.DataFrame({"profile": PROFILES, "arm": ["a", "a", "a", "b", "b", "b"], "site": [1, 1, 2, 2, 3, 3]})
    return integrade.eq5d_utility(data, valueset="eq5d-5l-england", by="arm", keep=["site"], summary=True)


def test_waves_in_words_have_the_order_of_an_ordered_categorical():
    waves = ["pre"] * 3 + ["post"] * 3
    data = pd.DataFrame({"person": [1, 2, 3] * 2, "time": pd.Categorical(waves, ["pre", "post"], ordered=True),
                         "total": [1, 2, 3, 3, 4, 6]})
    change = integrade.change(data, wave="time", scores="total")
    assert change == integrade.change(data.astype({"time": str}), wave="time", scores="total", first="pre", last="post")
    assert change.values("estimate")[2] == pytest.approx(7 / 3)
    with pytest.raises(integrade.OptionError, match="waves are words"):
        integrade.change(data.assign(time=pd.Categorical(waves)), wave="time", scores="total")
    card = pd.DataFrame({"indicator": ["a"], "perspective": ["p"], "direction": ["higher"], "target": [80], "floor": [0]})
    values = pd.DataFrame({"indicator": "a", "period": pd.Categorical(["baseline", "m6"], ordered=True), "value": [50, 60]})
    assert integrade.scorecard(values, card).values("trend", "indicators")[1] == "improving"


def test_table_of_estimates_has_the_columns_of_every_front(result):
    assert list(result.table.columns) == ["measure", "scale", "arm", "n", "n_missing", "estimate", "std_error",
                                          "conf_low", "conf_high", "unit", "level", "reason"]
    assert result.table["estimate"].dtype == "float64" and result.table["n"].dtype == "int64"
    assert result.measure == "eq5d_utility"
    assert set(result.tables) == {"estimates", "utilities"} and len(result.tables) == 2
    pd.testing.assert_frame_equal(result.tables["estimates"], result.table)


def test_provenance_and_notes(result):
    about = result.provenance
    assert about["version"] == integrade.__version__ and about["measure"] == "eq5d_utility"
    assert len(about["definition"]["sha256"]) == 64
    assert any("eq5d-5l-england" in note for note in result.notes)


def test_result_cannot_be_changed(result):
    with pytest.raises(AttributeError):
        result.table = None
    with pytest.raises(AttributeError):
        del result._columns
    result.table.loc[:, "estimate"] = 0
    result.provenance["version"] = "9"
    assert result.table["estimate"].iloc[0] != 0 and result.provenance["version"] != "9"


def test_pickle_copy_and_equality(result):
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):
        assert other == result and other.provenance == result.provenance and repr(other) == repr(result)
    assert result != integrade.eq5d_utility(PROFILES, valueset="eq5d-5l-england", summary=True)
    assert result != 5
    with pytest.raises(TypeError):
        hash(result)


def test_to_dict_is_json(result):
    again = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert again["tables"]["estimates"]["estimate"] == result.values("estimate")
    assert again["tables"]["utilities"]["utility"][2] is None


def test_csv_reads_back_to_the_same_bits(result, tmp_path):
    result.to_csv(tmp_path / "estimates.csv")
    again = integrade.read_csv(tmp_path / "estimates.csv")
    assert again["estimate"].tolist() == result.table["estimate"].tolist()
    result.to_csv(str(tmp_path / "rows.csv"), table="utilities")
    assert integrade.read_csv(tmp_path / "rows.csv")["site"].tolist() == [1, 1, 2, 2, 3, 3]
    with pytest.raises(integrade.InputError) as caught:
        result.to_csv(tmp_path / "no such folder" / "x.csv")
    assert caught.value.code == "ITG_ERR_FILE"


def test_text_that_runs_as_a_formula_is_made_safe(tmp_path):
    data = {"profile": ["11111", "21232"], "name": ["=1+1", "@SUM(A1)"]}
    result = integrade.eq5d_utility(data, valueset="eq5d-5l-england", keep="name", summary=True)
    result.to_csv(tmp_path / "safe.csv", "utilities")
    result.to_csv(tmp_path / "raw.csv", "utilities", raw_text=True)
    assert "'=1+1" in (tmp_path / "safe.csv").read_text() and "'=1+1" not in (tmp_path / "raw.csv").read_text()


def test_summary_rounds_for_display_only(result):
    text = result.summary()
    assert text.splitlines()[0] == "eq5d_utility"
    assert text.splitlines()[1].split()[:2] == ["scale", "arm"]  # the measure stands above, once
    assert len(text.splitlines()) >= 1 + len(result.table) + len(result.notes)
    assert str(result) == text and "utilities (6 rows)" in text
    assert "eq5d_utility" in repr(result)


def test_notebook_table_escapes_what_data_say():
    data = {"profile": ["11111", "21232"], "arm": ["<script>alert(1)</script>", "b&b"]}
    html = integrade.eq5d_utility(data, valueset="eq5d-5l-england", by="arm", summary=True)._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html and "b&amp;b" in html


def test_whole_numbers_that_group_stay_whole_numbers():
    data = pd.DataFrame({"profile": PROFILES, "site": [1, 1, 2, 2, 3, 3]})
    table = integrade.eq5d_utility(data, valueset="eq5d-5l-england", by="site", summary=True).table
    assert table["site"].dtype == "int64" and set(table["site"]) == {1, 2, 3}


def test_rows_are_the_table_with_one_row_per_input_row(result):
    assert len(integrade.rows(result)) == len(PROFILES)
    assert list(integrade.rows(result)["site"]) == [1, 1, 2, 2, 3, 3]


def test_utilities_are_aligned_with_the_input():
    data = pd.DataFrame({"profile": PROFILES}, index=list("uvwxyz"))
    series = integrade.eq5d_utility(data, valueset="eq5d-5l-england")
    assert isinstance(series, pd.Series) and list(series.index) == list("uvwxyz") and series.name == "utility"
    assert np.isnan(series["w"]) and series["u"] == 1 and (series.drop("w") <= 1).all()
    array = integrade.eq5d_utility(np.array(PROFILES, dtype=object), valueset="eq5d-5l-england")
    assert isinstance(array, np.ndarray)
    np.testing.assert_array_equal(array, series.to_numpy())
    assert integrade.eq5d_utility(PROFILES, valueset="eq5d-5l-england") == [
        None if np.isnan(v) else v for v in series]


def test_picture_of_a_panel_draws_the_round_that_is_named():
    pytest.importorskip("matplotlib").use("Agg")
    panel = {"item": ["a", "a", "b"], "round": [1, 2, 2], "r1": [0, 3, 2], "r2": [3, 3, 2], "r3": [5, 3, 2]}
    result = integrade.consensus(panel, ratings=["r1", "r2", "r3"], by="round")
    ax = result.plot(where={"round": 2})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "a"]
    assert sorted(line.get_xdata()[0] for line in ax.lines) == [2, 3]
    assert {text.get_text() for text in ax.texts} == {"100%  progressing", "100%  initial"}


def test_ratings_with_gaps_agree_as_krippendorff_2011_says():
    ratings = {"A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None], "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
               "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None], "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]}
    result = integrade.agreement(ratings, ratings=list("ABCD"), coefficients="krippendorff",
                                 metrics=["nominal", "ordinal", "interval", "ratio"])
    assert [round(value, 3) for value in result.values("estimate")] == [0.743, 0.815, 0.849, 0.797]
