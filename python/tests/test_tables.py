"""Every way in which people hold a table reaches the core as the same table."""

import array
import datetime
import decimal
import os
import sys

import numpy as np
import pandas as pd
import pytest

import integrade
from integrade import _core, _tables

# Levels of EQ-5D-5L; row 2 lacks one.
LEVELS = {"mobility": [1, 2, 5, 3], "self_care": [1, None, 5, 2], "usual_activities": [1, 1, 5, 3],
          "pain": [1, 4, 5, 1], "anxiety": [1, 1, 5, 2]}


def seen_by_the_core(values, name="x"):
    """The column as the core sees it: written to CSV by the core and read back by it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.csv")
        _core.write([_tables.lend({name: values, "row": range(len(values))}, "data")], path, True)
        _, columns = _core.read(path, '{"text": ["x"]}')
    (_, kind, cells, reasons), _ = columns
    return _tables.to_list(kind, cells, reasons)


@pytest.fixture(scope="module")
def expected():
    return integrade.eq5d_utility(LEVELS, valueset="eq5d-5l-england", summary=True)


def frame():
    return pd.DataFrame(LEVELS)


TABLES = {
    "dict of lists": LEVELS,
    "dict of tuples": {name: tuple(values) for name, values in LEVELS.items()},
    "dict of arrays": {name: np.array([np.nan if v is None else v for v in values]) for name, values in LEVELS.items()},
    "dict of array.array": {name: array.array("d", [float("nan") if v is None else v for v in values])
                            for name, values in LEVELS.items()},
    "float64 frame": frame().astype("float64"),
    "float32 frame": frame().astype("float32"),
    "float16 frame": frame().astype("float16"),
    "nullable Int8": frame().astype("Int8"),
    "nullable Int64": frame().astype("Int64"),
    "nullable UInt16": frame().astype("UInt16"),
    "nullable Float64": frame().astype("Float64"),
    "object frame": frame().astype(object),
    "object frame with NA": frame().astype("Int64").astype(object),
    "categorical numbers": frame().astype("category"),
    "masked arrays": {name: np.ma.masked_array([0 if v is None else v for v in values], [v is None for v in values])
                      for name, values in LEVELS.items()},
    "decimals": {name: [None if v is None else decimal.Decimal(v) for v in values] for name, values in LEVELS.items()},
    "(array, names)": (frame().to_numpy(), list(LEVELS)),
    "(Fortran array, names)": (np.asfortranarray(frame().to_numpy()), list(LEVELS)),
    "structured array": frame().astype("float32").to_records(index=False).view(np.ndarray),
    "big-endian": {name: np.array([np.nan if v is None else v for v in values], dtype=">f8")
                   for name, values in LEVELS.items()},
    "every second row": frame().astype("float64").loc[np.repeat(np.arange(4), 2)].iloc[::2],
    "reversed twice": frame().astype("float64").iloc[::-1].iloc[::-1],
}


@pytest.mark.parametrize("how", TABLES)
def test_same_utilities_however_the_table_is_held(how, expected):
    found = integrade.eq5d_utility(TABLES[how], valueset="eq5d-5l-england", summary=True)
    assert found == expected
    assert found.values("n_missing")[0] == 1


def test_input_is_left_as_it_was():
    data = frame()
    before = data.copy(deep=True)
    integrade.eq5d_utility(data, valueset="eq5d-5l-england")
    pd.testing.assert_frame_equal(data, before)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
                                   "float32", "float64", "longdouble", ">i4", ">f4"])
def test_numbers_of_every_size(dtype):
    values = np.array([0, 1, 2, 100], dtype=dtype)
    assert seen_by_the_core(values) == ["0", "1", "2", "100"]
    assert seen_by_the_core(values[::2]) == ["0", "2"]
    assert seen_by_the_core(values[::-1]) == ["100", "2", "1", "0"]


def test_extreme_integers_keep_every_digit():
    assert seen_by_the_core(np.array([-2**31, 2**31 - 1], dtype="int32")) == [str(-2**31), str(2**31 - 1)]
    assert seen_by_the_core(np.array([-2**63, 2**63 - 1])) == [str(-2**63), str(2**63 - 1)]
    assert seen_by_the_core(np.array([1, 2**64 - 1], dtype="uint64")) == ["1", str(2**64 - 1)]
    assert seen_by_the_core([1, 2**70]) == ["1", str(2**70)]


def test_unaligned_and_broadcast_memory():
    packed = np.array([(1, 1.5), (2, 2.5), (3, -3.5)], dtype=np.dtype([("a", "i1"), ("b", "f8")]))
    assert seen_by_the_core(packed["b"]) == ["1.5", "2.5", "-3.5"]
    assert seen_by_the_core(np.broadcast_to(np.float64(7.5), 3)) == ["7.5"] * 3


@pytest.mark.parametrize("values, expected", [
    ([True, None, False], ["true", None, "false"]),
    (np.array([True, False]), ["true", "false"]),
    (np.array([True, False, True])[::2], ["true", "true"]),
    (pd.array([True, None, False], dtype="boolean"), ["true", None, "false"]),
    ([1, 2.5, None], ["1", "2.5", None]),
    ([1, True], ["1", "1"]),
    (["a", None, "é"], ["a", None, "é"]),
    ([b"a", "b"], ["a", "b"]),
    (np.array(["ab", "c"]), ["ab", "c"]),
    (np.array([b"ab", b"c"]), ["ab", "c"]),
    (pd.array(["a", pd.NA], dtype="string"), ["a", None]),
    (pd.Series(["a", None, float("nan"), pd.NA, pd.NaT]), ["a", None, None, None, None]),
    (pd.Categorical(["lo", None, "hi"], categories=["lo", "hi"], ordered=True), ["lo", None, "hi"]),
    (pd.Series(["x", "y"], dtype="category"), ["x", "y"]),
    ([1, 2.0, "3", 4.5, True], ["1", "2", "3", "4.5", "true"]),
    ([np.int16(1), np.float32(2.5)], ["1", "2.5"]),
    ([np.bool_(True), np.bool_(False)], ["true", "false"]),
    ([None, None], [None, None]),
    ([], []),
    (pd.Series(pd.to_datetime(["2024-01-31", None])), ["2024-01-31", None]),
    (np.array(["2024-01-31", "NaT"], dtype="datetime64[D]"), ["2024-01-31", None]),
    ([datetime.date(2024, 1, 31), None], ["2024-01-31", None]),
    ([[1, 2], {"a": 1}], ["[1, 2]", "{'a': 1}"]),
    (range(3), ["0", "1", "2"]),
    (memoryview(array.array("h", [1, -2])), ["1", "-2"]),
])
def test_values_and_what_is_missing(values, expected):
    assert seen_by_the_core(values) == expected


def test_a_column_that_is_not_used_may_hold_anything():
    data = frame().assign(payload=[object(), [1], {}, None], when=pd.Timestamp("2024-01-01"), z=[1j, 2j, 3j, 4j])
    integrade.eq5d_utility(data, valueset="eq5d-5l-england")


@pytest.mark.parametrize("data, code", [
    (5, "ITG_ERR_TYPE"), ("visits.csv", "ITG_ERR_TYPE"), (np.zeros((2, 2)), "ITG_ERR_TYPE"),
    ({"profile": "11111"}, "ITG_ERR_TYPE"), ({"profile": 11111}, "ITG_ERR_TYPE"),
    ((np.zeros((2, 2)), ["profile"]), "ITG_ERR_ARGUMENT"),
    ({"profile": np.zeros((2, 2))}, "ITG_ERR_TYPE"),
    ({"profile": [11111], "other": [1, 2]}, "ITG_ERR_DATA"),
    ({"profile": ["\ud800"]}, "ITG_ERR_ENCODING"), ({"profile": ["1\0"]}, "ITG_ERR_ENCODING"),
    ({"profile": [b"\xff"]}, "ITG_ERR_ENCODING"),
])
def test_what_is_no_table_is_refused(data, code):
    with pytest.raises(integrade.IntegradeError) as caught:
        integrade.eq5d_utility(data, valueset="eq5d-5l-england", columns={"profile": "profile"})
    assert caught.value.code == code
    assert str(caught.value).endswith(f"({code})")


def test_repeated_column_names_are_seen():
    data = pd.DataFrame([[11111, 11111]], columns=["profile", "profile"])
    with pytest.raises(integrade.InputError) as caught:
        integrade.eq5d_utility(data, valueset="eq5d-5l-england")
    assert caught.value.code == "ITG_ERR_DUPLICATE"


def test_without_pandas_tables_are_dicts_of_lists(monkeypatch, expected):
    monkeypatch.setitem(sys.modules, "pandas", None)
    table = expected.table
    assert isinstance(table, dict) and table["estimate"] == expected.values("estimate")
    assert isinstance(integrade.measures(), dict) and isinstance(expected.tables["utilities"]["utility"], list)


def test_without_numpy_and_pandas_in_a_fresh_interpreter(tmp_path):
    """Neither is imported by import, nor needed by a call."""
    import subprocess

    program = (
        "import sys; sys.modules['numpy'] = None; sys.modules['pandas'] = None; sys.modules['matplotlib'] = None\n"
        "import integrade\n"
        "u = integrade.eq5d_utility({'profile': [11111, None, '55555']}, valueset='eq5d-5l-england')\n"
        "assert u[0] == 1 and u[1] is None and u[2] < 0, u\n"
        "r = integrade.eq5d_utility(['11111', '12345'], valueset='eq5d-5l-england', summary=True)\n"
        "assert r.table['n'][0] == 2 and r.summary() and r._repr_html_()\n"
        "assert 'title' in integrade.measures()\n")
    subprocess.run([sys.executable, "-c", program], check=True,
                   env={**os.environ, "PYTHONPATH": ":".join(sys.path)})
