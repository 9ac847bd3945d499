"""States that merge, as bytes that can be kept and sent."""

import pickle
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import integrade

DATA = np.random.default_rng(7).normal(50, 10, (101, 3))


def parts(kind, ids=None, cuts=(0, 13, 60, 101), **spec):
    for low, high in zip(cuts, cuts[1:]):
        state = integrade.state(kind, columns=3, **spec)
        yield integrade.state_add(state, DATA[low:high], None if ids is None else ids[low:high])


def test_moments_are_those_of_numpy():
    state = integrade.state_merge(*parts("moments"))
    n, mean, variance = integrade.state_finish(state).reshape(3, 3).T  # a row per column of the data
    assert n.tolist() == [101, 101, 101]
    np.testing.assert_allclose(mean, DATA.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(variance, DATA.var(axis=0, ddof=1), rtol=1e-13)


def covariances(table):
    return np.column_stack([table[name] for name in table if name.startswith("item_")])


def test_products_are_covariances():
    numbers = integrade.state_finish(integrade.state_merge(*parts("products")))
    np.testing.assert_allclose(numbers["mean"], DATA.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(covariances(numbers), np.cov(DATA.T), rtol=1e-11)
    assert numbers["count"].tolist() == [101] * 3


def test_integers_are_covariances_to_the_same_bits_in_any_order():
    answers = np.random.default_rng(8).integers(1, 6, (101, 3)).astype(float)
    some = [integrade.state_add(integrade.state("integers", columns=3), answers[low:high])
            for low, high in ((0, 13), (13, 60), (60, 101))]
    merged = integrade.state_merge(*some)
    assert merged == integrade.state_merge(*some[::-1])
    np.testing.assert_allclose(covariances(integrade.state_finish(merged)), np.cov(answers.T), rtol=1e-13)


def test_reliability_of_merged_integers_is_that_of_all_answers_to_the_bit():
    answers = np.clip(np.random.default_rng(10).normal(4, 1, (101, 1)).round()
                      + np.random.default_rng(11).integers(-1, 2, (101, 5)), 1, 7)
    some = [integrade.state_add(integrade.state("integers", columns=5), answers[low:high])
            for low, high in ((0, 13), (13, 60), (60, 101))]
    parts = integrade.reliability(covariance=integrade.state_finish(integrade.state_merge(*some)))
    whole = pd.DataFrame(answers, columns=[f"item_{j}" for j in range(1, 6)])
    all_rows = integrade.reliability(whole, items="item_{n}")
    for table in ("estimates", "items", "intervals"):
        pd.testing.assert_frame_equal(parts.tables[table], all_rows.tables[table], check_exact=True)
    near = integrade.reliability(covariance=whole.cov(), n=101)
    np.testing.assert_allclose(near.table["estimate"], all_rows.table["estimate"], rtol=1e-12)
    with pytest.raises(integrade.IntegradeError, match="need the option 'n'"):
        integrade.reliability(covariance=whole.cov())


def test_ratings_counted_by_sites_agree_as_those_of_all_patients():
    ratings = np.random.default_rng(9).choice([1, 2, 3, 4, np.nan], (101, 4))
    some = [integrade.state_add(integrade.state("patterns", columns=4, levels=4), ratings[low:high])
            for low, high in ((0, 13), (13, 60), (60, 101))]
    merged = integrade.state_merge(*some)
    assert merged == integrade.state_merge(*some[::-1])
    table = integrade.state_finish(merged)
    assert sum(table["count"]) == 101 and len(table["count"]) < 101
    whole = pd.DataFrame(ratings, columns=list("abcd"))
    options = {"interval": "bootstrap", "replicates": 50, "seed": 2}
    parts = integrade.agreement(table, ratings="rating_{n}", **options)
    pd.testing.assert_frame_equal(parts.table, integrade.agreement(whole, ratings=list("abcd"), **options).table,
                                  check_exact=True)
    with pytest.raises(integrade.IntegradeError, match="more than 2 different patterns"):
        integrade.state_add(integrade.state("patterns", columns=2, levels=9, patterns=2), [[1, 1], [2, 2], [3, 3]])


def test_bootstrap_of_parts_is_the_bootstrap_of_the_whole():
    ids = list(range(1000, 1101))
    spec = {"replicates": 50, "seed": 3, "bounds": [128, 128, 128]}
    whole = integrade.state_add(integrade.state("bootstrap", columns=3, **spec), DATA, ids)
    merged = list(parts("bootstrap", ids, **spec))
    assert integrade.state_merge(*merged) == whole == integrade.state_merge(*merged[::-1])
    replicates = integrade.state_finish(whole).reshape(50, 3)
    assert np.all(np.abs(replicates - DATA.mean(axis=0)) < 6) and replicates.std() > 0


def test_state_is_frozen_and_pickles():
    empty = integrade.state("moments", columns=2)
    full = integrade.state_add(empty, [[1, 2], [3, 5]])
    assert empty == integrade.state("moments", columns=2) != full
    assert pickle.loads(pickle.dumps(full)) == full and bytes(full) == full.data and hash(full)
    with pytest.raises(AttributeError):
        full.data = b""


def test_rows_of_every_kind():
    expected = integrade.state_add(integrade.state("moments", columns=2), np.array([[1.0, 2.0], [3.0, 5.0]]))
    for rows in ([[1, 2], [3, 5]], ((1, 2), (3, 5)), pd.DataFrame([[1, 2], [3, 5]]),
                 np.array([[1, 2], [3, 5]], dtype="float32"), np.asfortranarray([[1, 2], [3, 5]])):
        assert integrade.state_add(integrade.state("moments", columns=2), rows) == expected
    one = integrade.state("moments")
    assert integrade.state_add(one, [1.0, 4.0]) == integrade.state_add(one, np.array([1.0, 4.0]))


@pytest.mark.parametrize("call, code", [
    (lambda s: integrade.state("momets"), "ITG_ERR_"),
    (lambda s: integrade.state_add(s, [[1.0, 2.0, 3.0]]), "ITG_ERR_ARGUMENT"),
    (lambda s: integrade.state_add(s, [1.0, 2.0]), "ITG_ERR_ARGUMENT"),
    (lambda s: integrade.state_add(s, [[1.0, float("nan")]]), "ITG_ERR_RANGE"),
    (lambda s: integrade.state_add(s, [[1.0, 2.0]], [1, 2]), "ITG_ERR_ARGUMENT"),
    (lambda s: integrade.state_merge(s, integrade.state("moments", columns=3)), "ITG_ERR_"),
    (lambda s: integrade.state_finish(integrade.State(s.spec, s.data[:-1])), "ITG_ERR_"),
    (lambda s: integrade.state_finish(integrade.State(s.spec, b"")), "ITG_ERR_"),
    (lambda s: integrade.state_add(integrade.State(s.spec, s.data[:16]), [[1.0, 2.0]]), "ITG_ERR_"),
    (lambda s: integrade.state_merge(integrade.State(s.spec, s.data[:-1]), s), "ITG_ERR_"),
    (lambda s: integrade.state_merge(s, integrade.State(s.spec, s.data[:-1])), "ITG_ERR_"),
])
def test_what_cannot_be_added_or_merged(call, code):
    with pytest.raises(integrade.IntegradeError) as caught:
        call(integrade.state("moments", columns=2))
    assert caught.value.code.startswith(code)


def test_rankings_and_cells_of_parts_of_the_raters_are_those_of_all():
    ranks = np.argsort(np.random.default_rng(12).random((20, 5)), axis=1).astype(float)

    def panel(low, high):
        return integrade.state_add(integrade.state("rankings", columns=5, replicates=30), ranks[low:high],
                                   list(range(low, high)))

    merged = integrade.state_merge(panel(0, 7), panel(7, 20))
    assert merged == integrade.state_merge(panel(7, 20), panel(0, 7)) == panel(0, 20)
    found = integrade.concordance(rankings=integrade.state_finish(merged))
    whole = integrade.concordance(pd.DataFrame(ranks.T, columns=[f"r{i + 1}" for i in range(20)]), ratings="r{n}")
    pd.testing.assert_frame_equal(found.tables["tests"], whole.tables["tests"], check_exact=True)
    assert found.table["conf_low"][0] < found.table["conf_high"][0]

    ratings = pd.DataFrame([(1 + r % 3, p, 10.0 * r + p, 5.0, r) for r in range(8) for p in (1, 2, 3) if p != 1 + r % 3],
                           columns=["unit", "partner", "rank", "optimum", "rater"])
    spec = {"columns": 4, "levels": [3, 3], "bounds": [128, 128], "replicates": 30}
    some = [integrade.state_add(integrade.state("cells", **spec), part.iloc[:, :4].to_numpy(), list(part["rater"]))
            for part in (ratings[:5], ratings[5:])]
    cells = integrade.state_finish(integrade.state_merge(*some))
    found = integrade.functional_integration(cells, unit="key_1", partner="key_2", rank="mean_1", count="count_1",
                                             optimum="mean_2", count_optimum="count_2").table
    whole = integrade.functional_integration(ratings, replicates=0).table
    keys = ["scale", "own_unit", "partners"]
    columns = [*keys, "n", "estimate"]
    pd.testing.assert_frame_equal(found.sort_values(keys)[columns].reset_index(drop=True),
                                  whole.sort_values(keys)[columns].reset_index(drop=True), check_exact=True)


def test_columns_have_the_names_of_the_first_data_frame_and_no_others(tmp_path):
    frame = pd.DataFrame(np.arange(12.0).reshape(4, 3) ** 2 % 7, columns=["a", "b", "qualité"])
    north = integrade.state_add(integrade.state("products", columns=3), frame[:2])
    assert north == integrade.state_add(integrade.state("products", columns=list(frame)), frame[:2].to_numpy())
    assert north == integrade.state_add(integrade.state("products", columns=frame.columns), frame[:2].to_numpy())
    assert integrade.state("moments", columns="a") == integrade.state("moments", columns=("a",))
    assert list(integrade.state_finish(north)) == ["count", "mean", "a", "b", "qualité"]
    assert repr(north) == f"<integrade state: products, 2 rows, 3 columns (a, b, qualité), {len(north.data)} bytes>"
    swapped = "column 1 is 'b', but 'a' in the state that it goes into"
    with pytest.raises(integrade.InputError, match=swapped):
        integrade.state_add(north, frame[["b", "a", "qualité"]])
    with pytest.raises(integrade.InputError, match=swapped):
        integrade.state_merge(north, integrade.state_add(integrade.state("products", columns=3), frame[["b", "a", "qualité"]]))
    with pytest.raises(integrade.InputError, match="those of the one that it goes into names"):
        integrade.state_merge(north, integrade.state("products", columns=3))
    with pytest.raises(integrade.InputError, match="about 'sf-12', and the one that it goes into about 'pacic'"):
        integrade.state_merge(integrade.state("moments", about="pacic"), integrade.state("moments", about="sf-12"))
    assert "0 rows, about pacic, 1 column, " in repr(integrade.state("moments", about="pacic"))
    unnamed = integrade.state_add(integrade.state("products", columns=3), frame.to_numpy())
    assert "(" not in repr(integrade.state_add(unnamed, frame))  # whose columns these rows are is not known any more


def test_the_same_rows_a_second_time_are_refused():
    a, b = (integrade.state_add(integrade.state("moments"), rows) for rows in ([1, 2, 4], [3, 5]))
    with pytest.raises(integrade.InputError, match="state 3 holds the same rows as one before it") as caught:
        integrade.state_merge(a, b, a)
    assert caught.value.code == "ITG_ERR_DUPLICATE"
    assert integrade.state_finish(integrade.state_merge(a, a, equal=True))[0] == 6
    empty = integrade.state("moments")
    assert integrade.state_merge(empty, empty, a) == a


def test_files_hold_states_and_what_is_damaged_is_refused(tmp_path):
    north = integrade.state_add(integrade.state("moments", columns=["a", "b"]), [[1, 3], [2, 5], [4, 9]])
    path = tmp_path / "nörth.state"
    integrade.state_write(north, path)
    again = integrade.state_read(path)
    assert again == north and path.read_bytes() == north.data
    assert integrade.state_add(again, [[7, 8]]) == integrade.state_add(north, [[7, 8]])
    for byte in range(len(north.data)):
        path.write_bytes(bytes(b ^ (32 if i == byte else 0) for i, b in enumerate(north.data)))
        with pytest.raises(integrade.InputError):
            integrade.state_read(path)
    for data, words in ((b"", "empty, where a state"), (north.data[:80], "it was cut"), (north.data * 2, "states are merged"),
                        (b"a,b\n1,2\n", "not a state of integrade")):
        path.write_bytes(data)
        with pytest.raises(integrade.InputError, match=words) as caught:
            integrade.state_read(path)
        assert caught.value.source == str(path)
    assert repr(integrade.State(north.spec, north.data[:-1])) == f"<integrade state: damaged, {len(north.data) - 1} bytes>"
    with pytest.raises(integrade.InputError, match="make it first"):
        integrade.state_write(north, tmp_path / "none" / "north.state")
    with pytest.raises(integrade.InputError, match="this is a folder"):
        integrade.state_read(tmp_path)


@pytest.mark.parametrize("kind", ["moments", "products"])
def test_results_of_numbers_with_fractions_do_not_depend_on_the_cut(kind):
    rng = np.random.default_rng(13)
    data = np.column_stack([rng.normal(1000, 40, 400), rng.lognormal(0, 2, 400), rng.random(400) / 100 - 0.03])
    empty = integrade.state(kind, columns=["cost", "days", "change"])

    def numbers(state):
        found = integrade.state_finish(state)
        return np.concatenate([np.ravel(v) for v in found.values()] if kind == "products" else [found]).tobytes()

    whole = numbers(integrade.state_add(empty, data))
    for trial in range(50):
        cuts = np.sort(rng.integers(0, 400, trial + 1))
        some = [integrade.state_add(empty, part) for part in np.split(rng.permutation(data), cuts)]
        assert numbers(integrade.state_merge(*some, equal=True)) == whole


def test_moments_are_exact_fractions_rounded_once():
    rng = np.random.default_rng(14)
    for n in (2, 3, 17, 64, 200):
        values = rng.normal(1e6, 1, n)
        exact = [Fraction(value) for value in values.tolist()]
        mean = sum(exact) / n
        variance = sum((value - mean) ** 2 for value in exact) / (n - 1)
        found = integrade.state_finish(integrade.state_add(integrade.state("moments"), values))
        assert found.tolist() == [n, float(mean), float(variance)]
