#!/usr/bin/env python3
"""Write the SYNTHETIC two-arm study of inst/example and the inputs of the golden cases of qaly and cea.

An invented trial of integrated care for older persons: 240 persons in 12 practices, practices drawn to one arm
or the other; utilities at 0, 3, 6 and 12 months, some missing; costs of a year by who pays.  No number of it
was observed.  Numbers come from a small generator written out here.

    make_economics.py        (run in any folder)
"""
import csv
import os

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLE = os.path.join(HERE, "..", "..", "inst", "example")
GOLDEN = os.path.join(HERE, "golden")
MONTHS = (0, 3, 6, 12)


class Draws:
    """Lehmer's generator modulo 2**31 - 1 with multiplier 48271."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = self.state * 48271 % 2147483647
        return self.state / 2147483647

    def normal(self):
        return sum(self.uniform() for _ in range(12)) - 6

    def skewed(self, mean):
        """Mean `mean`, standard deviation 0.7 of it."""
        value = 1.0
        for _ in range(2):
            value *= 1 - self.uniform()
        from math import log
        return -log(value) / 2 * mean


def write(folder, name, header, rows):
    with open(os.path.join(folder, name), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def study(draws, persons, practices):
    visits, patients = [], []
    site_effect = [60 * draws.normal() for _ in range(practices)]
    for number in range(persons):
        practice = number % practices
        new = practice % 2 == 0
        arm = "integrated" if new else "usual"
        age = 68 + int(24 * draws.uniform())
        sex = "woman" if draws.uniform() < 0.58 else "man"
        base = 0.68 - 0.006 * (age - 78) + 0.15 * draws.normal() - (0.015 if new else 0)
        utilities = []
        for month in MONTHS:
            trend = -0.02 * month / 12 + (0.034 * min(1, month / 6) if new else 0)
            utilities.append(max(-0.25, min(1, round(base + trend + 0.06 * draws.normal(), 3))))
        lost = draws.uniform()
        known = [u if not (lost < 0.10 and m >= (6 if lost < 0.05 else 12)) else None
                 for m, u in zip(MONTHS, utilities)]
        person = f"p{number + 1:03d}"
        for month, utility in zip(MONTHS, known):
            visits.append([person, arm, month, "" if utility is None else utility])
        before = round(draws.skewed(1900), 2)
        health = round(draws.skewed(2300) + 0.35 * before + site_effect[practice] - (180 if new else 0) + 300, 2)
        social = round(draws.skewed(1400) + (120 if new else 0), 2)
        team = 520 if new else 0
        area = sum((b - a) / 12 * (u + v) / 2 for a, b, u, v in zip(MONTHS, MONTHS[1:], utilities, utilities[1:]))
        qaly = "" if None in known else round(area, 6)
        patients.append([person, arm, f"practice {practice + 1:02d}", age, sex, known[0], before, max(0, health), social,
                         team, qaly])
    return visits, patients


def contacts(draws, patients):
    """A year's contacts that cost about what the person's costs are, at the unit costs below; three are not known."""
    rows = []
    for number, patient in enumerate(patients):
        person, arm, health, social, team = patient[0], patient[1], patient[7], patient[8], patient[9]
        days = int(health * (0.45 + 0.3 * draws.uniform()) / 400)
        visits = max(0, int((health - 400 * days) / 42))
        hours = int(social / 26)
        talks = 5 + int(7 * draws.uniform()) if team else 0
        rows.append([person, arm, visits, days, "" if number % 90 == 17 else hours, talks])
    return rows


UNIT_COSTS = [["gp_visit", "visit", 42, "2024/25", "primary care", "health"],
              ["bed_day", "day", 400, "2023/24", "inpatient care", "health"],
              ["home_care_hour", "hour", 26, "2024/25", "care at home", "social_care"],
              ["team_meeting", "meeting", 61, "2024/25", "coordination", "health"]]


def answers(draws, visits):
    """EQ-5D-5L answers that go with the utilities, roughly: worse health, higher levels."""
    rows = []
    for person, arm, month, utility in visits:
        levels = [min(5, max(1, round(1 + 3.4 * (1 - (utility or 0)) + 0.8 * draws.normal()))) for _ in range(5)]
        rows.append([person, arm, month] + (levels if utility != "" else [""] * 5))
    return rows


def main():
    visit_names = ["id", "arm", "month", "utility"]
    patient_names = ["id", "arm", "practice", "age", "sex", "baseline", "cost_before", "health", "social", "team", "qaly"]
    visits, patients = study(Draws(20250501), 240, 12)
    write(EXAMPLE, "study-visits.csv", visit_names, visits)
    write(EXAMPLE, "study-patients.csv", patient_names, patients)
    write(EXAMPLE, "study-contacts.csv", ["id", "arm", "gp_visit", "bed_day", "home_care_hour", "team_meeting"],
          contacts(Draws(20261101), patients))
    write(EXAMPLE, "study-unit-costs.csv", ["resource", "unit", "unit_cost", "year", "category", "payer"], UNIT_COSTS)
    write(EXAMPLE, "study-prices.csv", ["year", "index"], [["2023/24", 100], ["2024/25", 103.1]])
    write(EXAMPLE, "study-eq5d.csv", ["id", "arm", "month", "mobility", "self_care", "usual_activities", "pain",
                                      "anxiety"], answers(Draws(20250601), visits))
    visits, patients = study(Draws(77), 36, 6)
    write(GOLDEN, "qaly_visits.csv", visit_names, visits)
    write(GOLDEN, "cea_patients.csv", patient_names, patients)
    write(GOLDEN, "qaly_answers.csv", ["id", "arm", "month", "profile"],
          [row[:3] + ["".join(map(str, row[3:]))] for row in answers(Draws(78), visits)])


if __name__ == "__main__":
    main()
