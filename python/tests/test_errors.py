"""Failures are exceptions of one family each, that say code and place."""

import pickle

import pytest

import integrade
from integrade import _core, _errors


def caught(call, kind=integrade.IntegradeError):
    with pytest.raises(kind) as info:
        call()
    assert str(info.value).endswith(f"({info.value.code})") and "\n" not in str(info.value)
    return info.value


def test_families_are_value_errors():
    for kind in (integrade.InternalError, integrade.OptionError, integrade.InputError, integrade.DefinitionError,
                 integrade.GateError, integrade.NumericError, integrade.DisclosureError):
        assert issubclass(kind, integrade.IntegradeError) and issubclass(kind, ValueError)
    assert set(_errors.FAMILIES) == {1, 2, 3, 4, 5, 6, 8}


def test_unknown_measure_names_the_nearest(ratings):
    error = caught(lambda: integrade.measure("functional_integraton", ratings), integrade.OptionError)
    assert error.code == "ITG_ERR_MEASURE" and error.exit == 2 and "functional_integration" in str(error)


def test_out_of_range_rank_says_row_and_column(ratings):
    error = caught(lambda: integrade.functional_integration(ratings.assign(rank=[101, *ratings["rank"][1:]])),
                   integrade.InputError)
    assert (error.code, error.row, error.column, error.line) == ("ITG_ERR_RANGE", 1, "rank", None)


def test_absent_column_names_the_nearest(ratings):
    error = caught(lambda: integrade.functional_integration(ratings, rank="rnk"), integrade.InputError)
    assert error.code == "ITG_ERR_COLUMN" and "rank" in str(error) and error.column == "rnk"


def test_pair_rated_twice(ratings):
    import pandas

    twice = pandas.concat([ratings, ratings.head(1)], ignore_index=True)
    assert caught(lambda: integrade.functional_integration(twice)).code == "ITG_ERR_DUPLICATE"


def test_unknown_option_goes_where_the_core_can_say_what_was_meant(ratings):
    error = caught(lambda: integrade.measure("functional_integration", ratings, replicats=10))
    assert error.code == "ITG_ERR_OPTION" and "replicates" in str(error)
    error = caught(lambda: integrade.measure("functional_integration", ratings, partnr="partner"))
    assert error.code == "ITG_ERR_OPTION" and "partner" in str(error)
    with pytest.raises(TypeError, match=r"functional_integration\(\) has no argument 'replicats'; did you mean 'replicates'"):
        integrade.functional_integration(ratings, replicats=10)
    with pytest.raises(TypeError, match=r"see help\(integrade.evppi\)"):
        integrade.evppi(ratings, zzz="gp")


@pytest.mark.parametrize("options", [{"replicates": -1}, {"replicates": 1.5}, {"replicates": "many"},
                                     {"conf_level": 1.5}, {"conf_level": float("nan")}, {"conf_level": float("inf")},
                                     {"consensus": "mode"}, {"anchors": {"linkage": object()}}, {"units": {1, 2}},
                                     {"by": 1j}])
def test_impossible_option(ratings, options):
    assert caught(lambda: integrade.functional_integration(ratings, **options), integrade.OptionError).code == \
        "ITG_ERR_OPTION"


@pytest.mark.parametrize("given", [{"seed": -1}, {"seed": 2**53}, {"seed": 1.5}, {"seed": True}, {"seed": "7"},
                                   {"seed": 1, "rng": 2}, {"rng": "seven"}, {"rng": -3}])
def test_impossible_seed(ratings, given):
    assert caught(lambda: integrade.functional_integration(ratings, **given)).code == "ITG_ERR_OPTION"


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_impossible_threads(ratings, threads):
    assert caught(lambda: integrade.functional_integration(ratings, threads=threads)).code == "ITG_ERR_ARGUMENT"


@pytest.mark.parametrize("text, code", [("", "ITG_ERR_EMPTY"), ('a,b\n1,"2', "ITG_ERR_CSV"), ("a,a\n1,2\n", "ITG_ERR_DUPLICATE"),
                                        ("a\n\xff\n", "ITG_ERR_ENCODING")])
def test_malformed_files(tmp_path, text, code):
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode("latin-1"))
    error = caught(lambda: integrade.read_csv(path), integrade.InputError)
    assert error.code == code and error.source.endswith("x.csv")


def test_absent_files_and_folders(tmp_path):
    assert caught(lambda: integrade.read_csv(tmp_path)).code == "ITG_ERR_FILE"
    assert caught(lambda: integrade.read_csv(tmp_path / "none.csv")).code == "ITG_ERR_FILE"
    assert caught(lambda: integrade.evaluate(tmp_path / "none.yaml")).code == "ITG_ERR_FILE"
    assert caught(lambda: integrade.evaluate(tmp_path)).code == "ITG_ERR_FILE"


def test_misspelt_key_of_an_evaluation(tmp_path):
    path = tmp_path / "evaluation.yaml"
    path.write_text("schema: integrade-evaluation/1\nid: x\ntitle: X\ninptus: []\n")
    error = caught(lambda: integrade.evaluate(path), integrade.DefinitionError)
    assert error.code == "ITG_ERR_KEY" and error.line == 4 and "inputs" in str(error) and error.exit == 4


def test_unknown_instrument_names_the_nearest():
    error = caught(lambda: integrade.instrument("functional-integratoin"), integrade.DefinitionError)
    assert error.code == "ITG_ERR_INSTRUMENT" and "functional-integration" in str(error)


def test_definition_that_is_no_yaml(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("a: [1\n")
    assert caught(lambda: integrade.instrument_check(path)).code == "ITG_ERR_SYNTAX"


def test_exceptions_pickle_with_their_place(ratings):
    error = caught(lambda: integrade.functional_integration(ratings.assign(rank=-1)))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and again.args == error.args and vars(again) == vars(error)


def test_core_refuses_what_the_layer_above_never_sends():
    with pytest.raises(TypeError):
        _core.run("score", "tables", None, 0)
    with pytest.raises(TypeError):
        _core.run("score", [("data", 1)], None, 0)
    with pytest.raises(TypeError):
        _core.run("score", [("data", 1, [("x",)])], None, 0)
    with pytest.raises(integrade.IntegradeError):
        _core.run("score", [("data", 2, [("x", [1, 2], b"\0")])], None, 0)


def test_an_input_that_is_no_table_is_named():
    use = {"id": ["a"], "visit": [1]}
    with pytest.raises(integrade.InputError, match="unit_costs: one str is not a table; give a DataFrame"):
        integrade.costing(use, unit_costs="unit_costs.csv")
    with pytest.raises(integrade.InputError, match="data: one list is not a table; give a DataFrame"):
        integrade.costing([{"id": "a", "visit": 1}], unit_costs={"resource": ["visit"], "unit_cost": [1]})
