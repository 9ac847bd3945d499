#!/usr/bin/env python3
"""Write inst/example/functional-synthetic.csv: SYNTHETIC ratings of an invented network of eight services,
and golden/functional_ratings.csv: the part of four of them.

Two organisations, two levels of care, three professions (one or two raters each per service), three
categories.  Numbers come from a small generator written out here, so that the file is the same with every
version of Python.  Some ratings are blank; some actual ranks lie above the optimum.

    make_functional_synthetic.py        (run in any folder)
"""
import csv
import os

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "golden", "functional_ratings.csv")
PATH = os.path.join(HERE, "..", "..", "inst", "example", "functional-synthetic.csv")

# service: organisation, level of care, how outgoing it is
SERVICES = {
    "general practice": ("municipality", 1, 5),
    "home care": ("municipality", 1, 10),
    "day centre": ("municipality", 1, -10),
    "social work": ("municipality", 1, 0),
    "rehabilitation": ("hospital", 2, 5),
    "geriatric ward": ("hospital", 2, 10),
    "memory clinic": ("hospital", 2, -5),
    "emergency department": ("hospital", 2, -15),
}
PROFESSIONS = {"nursing": 2, "medicine": 1, "social care": 2}
CATEGORIES = {"referrals": 12, "shared information": 0, "pooled resources": -18}
# Pairs that do not work together yet, and pairs that work together more closely than they think best.
APART = {("emergency department", "day centre"), ("day centre", "memory clinic"), ("emergency department", "social work")}
CLOSE = {("home care", "rehabilitation"), ("general practice", "geriatric ward")}


class Draws:
    """Lehmer's generator modulo 2**31 - 1 with multiplier 48271."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = self.state * 48271 % 2147483647
        return self.state * n // 2147483647

    def around(self, width):
        """Triangular between -width and width."""
        return self.below(width + 1) - self.below(width + 1)


def clip(value):
    return max(0, min(100, 5 * round(value / 5)))


def main():
    draws = Draws(20050501)
    some = {"general practice", "home care", "rehabilitation", "emergency department"}
    with open(PATH, "w", newline="") as file, open(GOLDEN, "w", newline="") as golden:
        out, part = csv.writer(file, lineterminator="\n"), csv.writer(golden, lineterminator="\n")
        header = ["rater", "profession", "unit", "partner", "category", "rank", "optimum", "direction",
                  "organisation"]
        out.writerow(header)
        part.writerow(header)
        for unit, (organisation, level, outgoing) in SERVICES.items():
            for profession, count in PROFESSIONS.items():
                for number in range(1, count + 1):
                    rater = f"{profession} {number}"
                    habit = draws.around(10)
                    for partner, (other_organisation, other_level, _) in SERVICES.items():
                        if partner == unit:
                            continue
                        near = 15 * (organisation == other_organisation) + 10 * (level != other_level)
                        pair = {(unit, partner), (partner, unit)}
                        for category, ease in CATEGORIES.items():
                            actual = clip(20 + outgoing + near + ease + habit + draws.around(20))
                            optimum = clip(45 + near + ease + draws.around(15))
                            if pair & APART:
                                actual = 0
                            if pair & CLOSE:
                                actual, optimum = clip(actual + 25), clip(optimum - 10)
                            blank = draws.below(100) < 6
                            no_optimum = blank or draws.below(100) < 3
                            row = [
                                rater, profession, unit, partner, category, "" if blank else actual,
                                "" if no_optimum else optimum, "horizontal" if level == other_level else "vertical",
                                "intra" if organisation == other_organisation else "inter"]
                            out.writerow(row)
                            if {unit, partner} <= some:
                                part.writerow(row)


if __name__ == "__main__":
    main()
