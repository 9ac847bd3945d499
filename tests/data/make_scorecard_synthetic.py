#!/usr/bin/env python3
"""Write golden/scorecard_{indicators,values}.csv: a SYNTHETIC scorecard of six invented sites in two years.

All kinds of indicator: higher, lower and range; counts, means with a standard error, plain values; two values
are missing.  Numbers come from the small generator of make_functional_synthetic.py.

    make_scorecard_synthetic.py        (run in any folder)
"""
import csv
import os

from make_functional_synthetic import Draws

HERE = os.path.dirname(os.path.abspath(__file__))

INDICATORS = [
    # indicator, perspective, direction, unit, baseline, floor, target, target_low, target_high, weight
    ("cost per client", "financial", "lower", "currency", 2600, 3000, 2000, "", "", 2),
    ("occupancy", "financial", "range", "percent", 78, 70, "", 85, 92, 1),
    ("would recommend", "customer", "higher", "percent", 70, "", 90, "", "", 1),
    ("days waited", "customer", "lower", "days", 40, "", 14, "", "", 1),
    ("shared care plan", "internal process", "higher", "proportion", 0.3, 0, 0.8, "", "", 3),
    ("delayed discharges", "internal process", "lower", "percent", 12, "", 4, "", "", 1),
    ("staff trained", "learning and growth", "higher", "percent", 35, 20, 75, "", "", 1),
]


def main():
    draws = Draws(19920101)
    with open(os.path.join(HERE, "golden", "scorecard_indicators.csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["indicator", "perspective", "direction", "unit", "baseline", "floor", "target", "target_low",
                      "target_high", "weight"])
        out.writerows(INDICATORS)
    with open(os.path.join(HERE, "golden", "scorecard_values.csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["site", "period", "indicator", "value", "se", "events", "n"])
        for number, site in enumerate(["east", "hill", "lake", "north", "port", "west"]):
            for year in (2024, 2025):
                good = 4 * number + 10 * (year - 2024)  # later sites and years do better
                share = lambda low, high: low + (high - low) * (good + draws.below(15)) // 45
                n = 40 + draws.below(160)
                rows = [
                    ("cost per client", 2800 - 20 * good - draws.below(200), 40 + draws.below(60), "", ""),
                    ("occupancy", 75 + draws.below(22), 2, "", ""),
                    ("would recommend", "", "", n * share(60, 100) // 100, n),
                    ("days waited", 45 - good + draws.below(8), "", "", ""),
                    ("shared care plan", "", "", n * share(20, 100) // 100, n),
                    ("delayed discharges", "", "", n * (15 - share(2, 14)) // 100, n),
                    ("staff trained", share(30, 90), 3, "", ""),
                ]
                for row in rows:
                    if (site, year, row[0]) in {("hill", 2024, "staff trained"), ("port", 2025, "days waited")}:
                        row = (row[0], "", "", "", "")
                    out.writerow((site, year) + row)


main()
