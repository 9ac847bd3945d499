#!/usr/bin/env python3
"""Write inst/example/dmic-elements.csv, dmic-phases.csv (SYNTHETIC) and isd-waves.csv (totals of 2003 published).

DMIC: twelve invented services of three programmes, each rated by two people on all 89 elements.  The number of
elements that a service has by consensus is set so that the means of the programmes are those published for 84
services: stroke 50, acute myocardial infarction 42, dementia 45 (Minkman et al., BMC Health Serv Res 2011;11:177).
Which elements, plans, years and phases is invented.

ISD: points of 19 indicators for three areas in six waves.  Published are the totals of July 2003, 73, 71 and 70,
with coordination the highest component (Hebert and Veil, Int J Integr Care 2004;4:e05).  How they split over
indicators and what came before is invented: each wave is a share of the last, in half points.

Numbers come from a small generator written out here, so that the files are the same with every version of Python.

It also writes the small SYNTHETIC inputs of the golden cases of these measures.

    make_scoring.py        (run in any folder)
"""
import csv
import os

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "..", "inst", "example")
GOLDEN = os.path.join(HERE, "golden")

CLUSTERS = {"pc": 9, "ds": 18, "pm": 16, "qc": 5, "rl": 12, "it": 3, "rt": 8, "co": 11, "te": 7}
# Likelier elements come first: how early a cluster tends to be in place.
EARLY = {"it": 0, "qc": 1, "co": 2, "rt": 3, "pc": 4, "ds": 5, "rl": 7, "pm": 8, "te": 9}
# programme: implemented elements of each of its services; self-assessed phase of each
PROGRAMMES = {
    "stroke": ([32, 41, 50, 59, 68], [2, 1, 3, 3, 3]),
    "AMI": ([33, 51], [2, 2]),
    "dementia": ([23, 34, 45, 56, 67], [1, 2, 2, 2, 4]),
}

POINTS = {
    "structure": 3, "representation": 3, "stability": 3, "participation": 3, "informed": 4, "feedback": 4,
    "entry_point": 5, "clearing": 5, "screening": 5, "follow_up": 5, "managers": 10, "caseload": 10,
    "assessed": 5, "partners_assessing": 5, "case_mix": 5, "software": 5, "computers": 5, "chart_use": 5, "plans": 10,
}
JULY_2003 = {
    "Sherbrooke": [3, 3, 3, 3, 4, 3, 4, 4, 4, 3, 8, 7, 4, 3, 3, 3, 3, 2, 6],
    "Granit": [3, 3, 3, 3, 3, 3, 4, 4, 3, 3, 7, 7, 4, 4, 3, 3, 3, 2, 6],
    "Coaticook": [3, 3, 3, 3, 3, 3, 4, 4, 3, 3, 7, 7, 4, 3, 3, 3, 3, 2, 6],
}
WAVES = {"2001-01": 15, "2001-07": 35, "2002-01": 60, "2002-07": 80, "2003-01": 92, "2003-07": 100}  # percent


class Draws:
    """Lehmer's generator modulo 2**31 - 1 with multiplier 48271."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = self.state * 48271 % 2147483647
        return self.state % n


def write(name, rows, folder=OUT):
    with open(os.path.join(folder, name), "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def ratings(service, programme, count, draws):
    """Rows of one service: two raters agree on what is present; where one errs, the draw leaves it absent."""
    elements = [(c, i + 1) for c, size in CLUSTERS.items() for i in range(size)]
    order = sorted(elements, key=lambda e: (10 * EARLY[e[0]] + 2 * e[1] + draws.below(60), e))
    present = set(order[:count])
    for element in elements:
        name = f"{element[0]}{element[1]}"
        odd = draws.below(10)  # 0: the second rater calls an absent element present; 1: not relevant, says one of them
        never = element not in present and draws.below(12) == 0  # both: not relevant
        planned = draws.below(100) < 45
        year = 2000 + min(9, EARLY[element[0]] // 2 + draws.below(6))
        for rater in ("coordinator", "professional"):
            second = rater == "professional"
            relevant = not never and not (second and odd == 1)
            has = element in present or (second and odd == 0 and not never)
            if not relevant:
                yield [service, programme, rater, name, "no", "no", "", ""]
            elif has:
                yield [service, programme, rater, name, "yes", "yes", "", year + (second and draws.below(3) == 0)]
            else:
                yield [service, programme, rater, name, "yes", "no", "yes" if planned else "no", ""]


def golden(draws):
    """Inputs of the golden cases: answers to PACIC, ratings of elements, phases, raw indicators."""
    answers = [["respondent", "site"] + [f"q{i + 1}" for i in range(20)]]
    for person in range(40):
        own = draws.below(4)
        row = [f"p{person + 1}", ["north", "south", "west"][draws.below(3)] if person != 17 else ""]
        for _ in range(20):
            row.append("" if draws.below(9) == 0 else min(5, 1 + own // 2 + draws.below(4)))
        answers.append(row)
    write("scale_answers.csv", answers, GOLDEN)
    elements = ["pc1", "pc2", "pc3", "ds1", "ds2", "co1"]
    rows = [["service", "wave", "element", "rater", "relevant", "present", "planned", "year"]]
    phases = [["service", "wave", "rater", "phase"]]
    for service in "ABCDE":
        for wave in (2019, 2021):
            for rater in "xy" if service != "E" else "x":
                phases.append([service, wave, rater, 1 + draws.below(4)])
                for element in elements:
                    relevant, has = draws.below(8) > 0, draws.below(10) < 4 + (wave == 2021)
                    if draws.below(15) == 0:
                        rows.append([service, wave, element, rater, "", "", "", ""])
                    elif not relevant:
                        rows.append([service, wave, element, rater, "no", "no", "", ""])
                    else:
                        rows.append([service, wave, element, rater, "yes", "yes" if has else "no",
                                     "" if has else ["yes", "no", ""][draws.below(3)],
                                     2010 + draws.below(9) if has else ""])
    write("checklist_ratings.csv", rows, GOLDEN)
    write("stages_self.csv", phases, GOLDEN)
    write("stages_map.csv", [["element", "phase"]] + [[e, p] for e, p in zip(elements, (1, 1, 2, 2, 3, 4))], GOLDEN)
    levels, raw = {"structure", "clearing", "screening", "case_mix", "software"}, []
    for area in ("east", "west"):
        for wave in (1, 2, 3):
            row = [area, wave]
            for indicator in POINTS:
                if indicator in levels:
                    row.append(["absent", "partial", "present", "0.25"][draws.below(4)])
                elif indicator == "managers":
                    row += [4 + draws.below(12), 9]
                elif indicator == "caseload":
                    row.append(20 + draws.below(50))
                else:
                    row.append("" if draws.below(25) == 0 else draws.below(101))
            raw.append(row)
    names = [n for i in POINTS for n in ([i, "managers_reference"] if i == "managers" else [i])]
    write("points_raw.csv", [["area", "wave"] + names] + raw, GOLDEN)


def versions():
    """Answers to a short scale in three countries, one of which asks a fourth item: -7 not applicable, -8 refused."""
    draws = Draws(2026)
    rows = [["person", "country", "a", "b", "c", "d"]]
    for person in range(1, 61):
        country = ["NL", "BE", "UK", "UK"][draws.below(4)] if person != 33 else ""
        answers = [[-7, -8, ""][draws.below(3)] if draws.below(5) == 0 else 1 + draws.below(5) for _ in range(4)]
        rows.append([f"p{person}", country] + answers[:3] + [answers[3] if country == "UK" else ""])
    write("scale_versions.csv", rows, GOLDEN)


def main():
    draws = Draws(2011)
    elements = [["service", "programme", "rater", "element", "relevant", "present", "planned", "year"]]
    phases = [["service", "programme", "phase"]]
    for programme, (counts, own) in PROGRAMMES.items():
        for i, count in enumerate(counts):
            service = f"{programme} {i + 1}"
            elements += ratings(service, programme, count, draws)
            phases.append([service, programme, own[i]])
    write("dmic-elements.csv", elements)
    write("dmic-phases.csv", phases)
    waves = [["area", "wave", "indicator", "value"]]
    for area, last in JULY_2003.items():
        for wave, percent in WAVES.items():
            for indicator, points in zip(POINTS, last):
                halves = (2 * points * percent + 50) // 100
                waves.append([area, wave, indicator, halves // 2 if halves % 2 == 0 else halves / 2])
    write("isd-waves.csv", waves)
    golden(draws)
    versions()


if __name__ == "__main__":
    main()
