#!/usr/bin/env python3
"""Rebuild ratings of single partners from the printed figures of units (Ahgren & Axelsson 2005, table 1).

Individual ratings were never published.  For each unit and type of partner this writes one set of whole
numbers from 0 to 100 that has the printed scope (as a count of partners above 0) and exactly the printed
mean rank over all partners, zeros included, as evenly spread as whole numbers allow.  Partner numbers
count within a unit: number 3 of one unit is not number 3 of another.

    make_functional_published.py        (writes both files; run in any folder)
"""
import csv
import os

HERE = os.path.dirname(os.path.abspath(__file__))
PRINTED = os.path.join(HERE, "functional_integration_printed.csv")
SPLITS = {
    os.path.join(HERE, "..", "..", "inst", "example", "functional-published.csv"):
        ("direction", {"vertical": 15, "horizontal": 12}),
    os.path.join(HERE, "functional_integration_organisation.csv"):
        ("organisation", {"intra": 20, "inter": 7}),
}
# The percentages of unit M fit one partner less: it left one blank.
BLANK = {("M", "vertical"), ("M", "inter")}


def ratings(scope, rank, n):
    """n whole numbers, round(scope * n / 100) of them above 0, with mean `rank`."""
    linked = round(scope * n / 100)
    if int(100 * linked / n + 0.5) != scope:
        raise ValueError(f"scope {scope} is no share of {n} partners")
    if not linked <= rank * n <= 100 * linked:
        raise ValueError(f"rank {rank} cannot come from {linked} of {n} partners")
    if not linked:
        return [0] * n
    low, more = divmod(rank * n, linked)
    return [low + 1] * more + [low] * (linked - more) + [0] * (n - linked)


def main():
    with open(PRINTED, newline="") as file:
        printed = {(r["unit"], r["partners"]): (int(r["scope"]), int(r["rank"])) for r in csv.DictReader(file)}
    for path, (column, types) in SPLITS.items():
        with open(path, "w", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(["unit", "partner", "rank", column])
            for unit in "ABCDEFGHIJKLMNOPQRST":
                for kind, n in types.items():
                    blank = (unit, kind) in BLANK
                    values = ratings(*printed[unit, kind], n - blank) + [""] * blank
                    for number, value in enumerate(values, 1):
                        out.writerow([unit, f"{kind} {number:02d}", value, kind])


main()
