"""Contacts as pandas and NumPy hold them."""

import numpy
import pandas
import pytest

import integrade


def test_dates_of_every_kind_order_contacts():
    days = ["2024-03-09", "2023-12-31", "2024-02-29"]
    d = pandas.DataFrame({"patient": 1, "provider": ["A", "B", "A"], "date": pandas.to_datetime(days)})
    kinds = [d, d.assign(date=days), d.assign(date=pandas.Series(days, dtype="string")),
             {"patient": [1] * 3, "provider": ["A", "B", "A"], "date": numpy.array(days, dtype="datetime64[ns]")},
             d.assign(date=pandas.to_datetime(days).tz_localize("Europe/Berlin")), d.assign(date=[30, 10, 20])]
    for table in kinds:
        rows = integrade.rows(integrade.continuity(table))
        assert list(rows["secon"]) == [0.5]
    d.loc[1, "date"] = pandas.NaT
    assert integrade.rows(integrade.continuity(d))["secon"].isna().all()


def test_what_is_no_date_is_told():
    with pytest.raises(integrade.InputError, match="is not a date"):
        integrade.continuity({"patient": [1, 1], "provider": ["A", "B"], "date": ["2024-01-01", "1/2/2024"]})


def test_rates_of_two_waves():
    d = pandas.DataFrame({"wave": [1, 2], "admissions": [50, 40], "days": [365.25 * 100] * 2})
    table = integrade.rates(d, group="wave", events="admissions", time="days", time_unit="days", per=100,
                            reference="1").table.set_index(["scale", "group"])
    assert table.loc[("rate", "1"), "estimate"] == pytest.approx(50)
    assert table.loc[("percent_change", "2"), "estimate"] == pytest.approx(-20)
