"""The functions offer what the core describes: every role, option and input, under the same name."""

import inspect
import keyword
import re

import pytest

import integrade

EVERY = {"columns", "missing", "threads"}
FRONTS = {name: getattr(integrade, name) for name in integrade.measures()["measure"] if hasattr(integrade, name)}


def described(name):
    about = integrade.describe(name)
    roles = {role["name"] for role in about["roles"]}
    inputs = list(dict.fromkeys(role["input"] for role in about["roles"]))
    return about, roles, inputs, {option["name"] for option in about["options"]}


def test_every_measure_has_a_function():
    assert set(integrade.measures()["measure"]) == set(FRONTS) <= set(integrade.__all__)


def test_everything_public_is_documented():
    for name in integrade.__all__:
        assert inspect.getdoc(getattr(integrade, name)), name
        assert "{shared}" not in inspect.getdoc(getattr(integrade, name)), name


def test_no_name_is_a_word_of_python():
    for name in FRONTS:
        _, roles, inputs, options = described(name)
        assert not {word for word in roles | options | set(inputs) if keyword.iskeyword(word)}, name


@pytest.mark.parametrize("name", sorted(set(FRONTS) - {"score"}))
def test_every_role_and_option_is_an_argument(name):
    about, roles, inputs, options = described(name)
    arguments = inspect.signature(FRONTS[name]).parameters
    extra = {"summary"} if "summary" in arguments else set()
    shared = EVERY | ({"by"} if about["groups"] else set()) | ({"seed", "rng"} if "seed" in arguments else set())
    shared |= {"keep"} if "keep" in arguments else set()
    tables = {"data", *inputs[1:]}
    assert set(arguments) == roles | options | shared | tables | extra
    assert about["draws"] == any(option in options for option in ("replicates", "draws"))
    assert all(p.default in (None, False, p.empty) for p in arguments.values())  # defaults are the core's
    assert ("seed" in arguments) == about["draws"] and ("keep" in arguments) == about["rows"]


@pytest.mark.parametrize("name", sorted(FRONTS))
def test_every_role_and_option_is_documented(name):
    _, roles, inputs, options = described(name)
    text = inspect.getdoc(FRONTS[name])
    parameters = text[text.index("Parameters\n"):text.index("Returns\n")]
    for argument in (roles - {"items"} if name == "score" else roles) | options:
        assert re.search(rf"\b{argument}\b", parameters), argument


@pytest.mark.parametrize("name", sorted(FRONTS))
def test_documented_defaults_are_those_of_the_core(name):
    """Where the documentation states a number as the default of an option, it is the core's."""
    about, *_ = described(name)
    text = inspect.getdoc(FRONTS[name])
    for option in about["options"]:
        if option["default"] is None or option["type"] not in ("number", "integer") or name == "score":
            continue
        entry = re.search(rf"^{option['name']} : .*\n((?: {{4}}.*\n)+)", text + "\n", re.M)
        if entry:
            stated = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", entry.group(1))]
            assert float(option["default"]) in stated, f"{option['name']}: {option['default']} is not in {entry.group(1)}"


def test_describe_and_measures():
    table = integrade.measures()
    assert list(table.columns) == ["measure", "title"] and len(table) >= 10
    for name in table["measure"]:
        about = integrade.describe(name)
        assert about["name"] == name and about["title"] and about["summary"] and about["source"]
    about["title"] = "changed"
    assert integrade.describe(name)["title"] != "changed"


def test_generic_call_is_the_named_call(ratings):
    named = integrade.functional_integration(ratings, seed=1, replicates=20)
    assert integrade.measure("functional_integration", ratings, seed=1, replicates=20) == named
    assert integrade.measure("functional_integration", {"data": ratings}, seed=1, replicates=20) == named
    renamed = ratings.rename(columns={"rank": "rank_now", "unit": "own"})
    assert integrade.functional_integration(renamed, rank="rank_now", unit="own", seed=1, replicates=20) == named
    assert integrade.functional_integration(renamed, columns={"rank": "rank_now", "unit": "own"}, seed=1,
                                            replicates=20) == named
    assert integrade.functional_integration(ratings.to_dict("list"), seed=1, replicates=20) == named


def test_missing_codes(ratings):
    coded = ratings.assign(optimum=[-9, *ratings["optimum"][1:]])
    result = integrade.functional_integration(coded, missing=[-9], replicates=0)
    assert result == integrade.functional_integration(coded, missing={-9: "refused"}, replicates=0)
    assert result == integrade.functional_integration(coded.replace({"optimum": {-9: None}}), replicates=0)


def test_score_takes_items_by_name():
    about = integrade.instrument_check("pacic")
    assert str(about).startswith("pacic 1.0.0: fine; kind scale")
    items = [item if isinstance(item, str) else item["id"] for item in about["items"]]
    data = {item: [1, 5, 3, None] for item in items}
    by_name = integrade.score(data, "pacic")
    data = {f"q_{i}": values for i, values in enumerate(data.values(), start=1)}
    assert integrade.score(data, "pacic", items="q_{n}") == by_name
    assert integrade.score(data, "pacic", columns={"items": list(data)}) == by_name
    assert integrade.score(data, "pacic", columns=dict(zip(items, data))) == by_name
    assert integrade.score(data, "pacic", **dict(zip(items, data))) == by_name
    assert integrade.measure("scale", data, instrument="pacic", items="/^q_/") == by_name
    assert len(integrade.rows(by_name)) == 4
    with pytest.raises(integrade.OptionError):
        integrade.rows(integrade.Result({"estimates": []}, [], "{}"))


def test_labels_of_an_export_are_scored_by_their_numbers():
    answers = {"r1": ["Never", "Always"], "r2": ["Always", "Never"], "r3": [1, 2], "r4": [1, 0]}
    labels = {"Never": 0, "Always": 3}
    plain = {item: [labels.get(answer, answer) for answer in column] for item, column in answers.items()}
    result = integrade.score(answers, "integrate", labels=labels)
    assert result.tables["estimates"].equals(integrade.score(plain, "integrate").tables["estimates"])
    own = {"r1": labels, "/^r[2-4]$/": labels, "Never": 2}  # labels of items go before those of all
    assert integrade.score(answers, "integrate", labels=own).tables["estimates"].equals(result.tables["estimates"])
    with pytest.raises(integrade.InputError, match="'Always' is no answer to 'r1'.*option `labels`"):
        integrade.score(answers, "integrate", labels={"Never": 0})


def test_each_country_by_its_own_version_and_reasons_kept_apart():
    data = {"country": ["NL", "UK", "UK"], "q1": [5, 5, 4], "q2": [4, 2, 2], "q3": [3, -8, -9]}
    result = integrade.score(data, {"NL": "pacic", "UK": "pacic"}, instrument_by="country", scores="activation",
                             missing={-8: "not applicable", -9: "refused"}, reasons=True, responses=True,
                             missing_rule={"rule": "complete", "of": "applicable"})
    assert result.values("activation", "scores") == [4, 3.5, None]
    assert result.values("activation_not_applicable", "scores") == [0, 1, 0]
    assert result.values("activation_refused", "scores") == [0, 0, 1]
    assert result.values("reason", "missing") == ["not applicable", "refused"]
    assert "refused" in result.values("reason", "responses")


def test_instruments(tmp_path):
    table = integrade.instruments()
    assert {"id", "version", "kind", "title"} <= set(table.columns) and "functional-integration" in set(table["id"])
    for id in table["id"]:
        assert integrade.instrument_check(id)["id"] == id
    text = integrade.instrument("pacic")
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    assert integrade.instrument_check(path)["sha256"] == integrade.instrument_check("pacic")["sha256"]
    assert integrade.instrument(path) == text
    template = integrade.instrument_template("pacic")
    assert len(template.columns) >= 20
    assert integrade.instrument_about("scorecard-classic")["tables"] == ["data", "indicators"]
    assert "Tables data, indicators" in str(integrade.instrument_about("scorecard-classic"))
    assert "financial" in set(integrade.instrument_template("scorecard-classic", "indicators")["perspective"])
    with pytest.raises(integrade.OptionError, match="allowed: data, indicators"):
        integrade.instrument_template("scorecard-classic", "indicator")


def test_answers_one_per_row_and_check_boxes_one_per_column():
    wide = {"who": ["a", "b"], "r1": [0, 1], "r2": [0, 0], "r3": [0, 0], "r4": [0, 3]}
    long = {"who": ["a"] * 4 + ["b"] * 4, "q": ["r1", "r2", "r3", "r4"] * 2, "a": [0, 0, 0, 0, 1, 0, 0, 3]}
    shape = {"id": "who", "item": "q", "answer": "a"}
    scored = integrade.measure("scale", long, instrument="integrate", keep="who", long=shape)
    assert scored == integrade.measure("scale", wide, instrument="integrate", keep="who")
    boxes = {"area": ["N"], "goals___e1": [1], "goals___e2": [0]}
    result = integrade.score(boxes, "cumbria-components", service="area", wide={"columns": "goals___{id}"})
    assert dict(zip(result.values("scale"), result.values("estimate")))["count"] == 1
    assert 50 in result.values("estimate")


def test_the_catalogue_finds_a_system_by_group_and_text():
    assert len(list(integrade.catalogue()["id"])) == 208
    assert set(integrade.catalogue("A")["group"]) == {"instrument"}
    assert list(integrade.catalogue(group="payment")["id"])[0] == "G01"
    found = integrade.catalogue(text="FUNCTIONAL integration")
    assert dict(zip(found["id"], found["definitions"]))["A03"] == "functional-integration"
    assert list(integrade.catalogue("J", "systematic")["note"])[0]


def test_instruments_and_systems_are_found_by_every_word_in_any_order():
    ids = list(integrade.instruments(text="processes SIX")["id"])
    assert "integrative-processes-2014" in ids and "acic" not in ids
    assert list(integrade.catalogue(text="activation patient conversion")["id"]) == ["D01"]


def test_labels_of_ones_own_come_from_a_mapping_a_table_or_a_file(tmp_path):
    assert "41 of 89 are numbers only" in str(integrade.instrument_about("dmic"))
    assert "numbers only" not in str(integrade.instrument_about("leutz-degrees"))
    items = integrade.instrument_export("dmic", tmp_path)["items"]
    ids, labels = list(items["id"]), list(items["label"])
    labels[ids.index("ds3")] = "intake: \u201ctogether\u201d"
    text = integrade.instrument_label("dmic", {"ds3": "intake: \u201ctogether\u201d"})
    assert text == integrade.instrument_label("dmic", {"id": ids, "label": labels})
    (tmp_path / "labels.csv").write_text("id,label\nds3,intake: \u201ctogether\u201d\n", encoding="utf-8")
    assert text == integrade.instrument_label("dmic", tmp_path / "labels.csv")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text, encoding="utf-8")
    assert integrade.instrument_check(mine)["numbers_only"] == 40
    rows = {"service": ["A"] * 2, "element": ["ds3", "ds4"], "present": ["no", "yes"]}
    found = integrade.checklist(rows, instrument=str(mine))
    assert list(found.tables["improvements"]["label"])[0] == "intake: \u201ctogether\u201d"
    with pytest.raises(integrade.InputError, match="did you mean 'ds3'"):
        integrade.instrument_label("dmic", {"ds33": "x"})
    with pytest.raises(integrade.InputError, match="labels.csv.*'ds4x' is no item"):
        (tmp_path / "labels.csv").write_text("id,label\nds4x,a\n")
        integrade.instrument_label("dmic", tmp_path / "labels.csv")


def test_instruments_are_found_exported_and_imported(tmp_path):
    ladders = integrade.instruments(kind="ladder", text="PARTNER")
    assert list(ladders["id"]) == ["partnership-spectrum"]
    assert "kaiser-triangle" in list(integrade.instruments(group="stratification")["id"])
    sheets = integrade.instrument_export("integrate", tmp_path / "again")
    items, options, scores = sheets["items"], sheets["options"], sheets["scores"]
    assert list(items["id"]) == ["r1", "r2", "r3", "r4"] and list(items["scores"])[0] == "sum|top"
    assert list(options["code"]) == ["0", "1", "2", "3"]
    text = integrade.instrument_import(tmp_path / "again")
    assert "id: again\n" in text and list(scores["method"]) == ["sum", "top-box"] and 'method: "top-box"' in text
    assert list(integrade.instrument_export("leutz-degrees", tmp_path / "steps")) == ["definition", "items", "options"]
    assert 'kind: ladder' in integrade.instrument_import(tmp_path / "steps")
    about = integrade.instrument_about("integrate")
    assert about["kind"] == "scale" and "https://doi.org/10.1177/23743735211007346" in str(about)
    assert "Choices (no source states these rules)\n  " in repr(about)
    with pytest.raises(ValueError, match="did you mean 'valueset'"):
        integrade.instruments(kind="valuset")
    with pytest.raises(integrade.DefinitionError, match="instruments show eq5d-5l-uk"):
        integrade.instrument_export("eq5d-5l-uk")
