"""The golden cases that every front computes, compared bit for bit."""

import csv
import json
import pathlib
import struct

import pytest

import integrade
from integrade import _core, _tables

FOLDER = pathlib.Path(__file__).parent / "data" / "golden"


def cases():
    with open(FOLDER / "cases.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def bits(value):
    return struct.pack("d", value) if isinstance(value, float) else value


def columns_of(path):
    _, columns = _core.read(str(path), None)
    return {name: (kind, _tables.to_list(kind, values, reasons)) for name, kind, values, reasons in columns}


def same(found, kind, expected):
    """Bits of numbers; what a CSV file calls whole may be a double of the same value."""
    if found is None or expected is None:
        return found is expected
    if isinstance(found, bool):
        return str(found).lower() == expected
    if kind == "string":
        return str(found) == expected
    if isinstance(found, float) or isinstance(expected, float):
        return bits(float(found)) == bits(float(expected))
    return str(found) == str(expected)


def test_there_are_cases():
    assert len(cases()) >= 5 and len({case["measure"] for case in cases()}) >= 5


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_golden_case_to_the_last_bit(case):
    inputs = dict(part.split("=", 1) for part in case["inputs"].split(";") if part)
    tables = {name: integrade.read_csv(FOLDER / path) for name, path in inputs.items()}
    options = json.loads(case["options"] or "{}")
    columns = options.pop("columns", None)
    seed = options.pop("seed", 1)
    result = integrade.measure(case["measure"], tables, columns=columns, seed=seed, **options)
    table = case["table"] or "estimates"
    expected = columns_of(FOLDER / f"{case['case']}.csv")
    assert list(result.tables[table].columns) == list(expected)
    for name, (kind, values) in expected.items():
        found = result.values(name, table)
        assert len(found) == len(values), name
        for row, (a, b) in enumerate(zip(found, values), start=1):
            assert same(a, kind, b), f"{name}, row {row}: {a!r} is not {b!r}"
