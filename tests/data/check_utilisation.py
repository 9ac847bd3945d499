#!/usr/bin/env python3
"""Recompute the golden cases of continuity from their inputs, by other means than the core.

Standard library only; fails when a figure differs by more than 1e-9.        check_utilisation.py
"""
import collections
import itertools
import math
import statistics

from check_scoring import read, same, t_quantile

WEIGHTS = {frozenset((r["type_a"], r["type_b"])): float(r["weight"]) for r in read("continuity_weights")}


def patients_of(rows, once, by):
    """Contacts of each patient in order of day, then of the rows; those without a day last."""
    units = collections.defaultdict(list)
    for place, r in enumerate(rows):
        contacts = units[(r["site"] if by else None, r["person"])]
        again = once and any(c[0] == r["day"] != "" and c[2] == r["seen_by"] for c in contacts)
        if r["seen_by"] and not again:
            contacts.append((r["day"] or "9999", place, r["seen_by"]))
    return {key: sorted(c) for key, c in units.items()}


def indices(contacts, least, usual, teams, types):
    n, team = len(contacts), collections.Counter(c[2] for c in contacts)
    out = {"visits": n, "providers": len(team)}
    if n < least:
        return out
    m, squares, days = len(team), sum(k * k for k in team.values()), [c[0] for c in contacts]
    out["upc"] = (team[usual] if usual else max(team.values())) / n
    out["hhi"] = sum((k / n) ** 2 for k in team.values())
    out["mci"] = 1 - m / (n + 0.1)
    out["mmci"] = out["mci"] / (1 - 1 / (n + 0.1))
    out["entropy"] = -math.fsum(k / n * math.log2(k / n) for k in team.values()) + 0.0
    if n > 1:
        out["coc"] = (squares - n) / (n * (n - 1))
        out["fragmentation"] = 1 - out["coc"]
        if "9999" not in days:
            out["secon"] = sum(a[2] == b[2] for a, b in zip(contacts, contacts[1:])) / (n - 1)
    pairs = list(itertools.combinations(sorted(team), 2))
    if pairs:
        shared = [sum(a in t and b in t for t in teams) for a, b in pairs]
        out["care_density"] = sum(shared) / len(pairs)
        weights = [WEIGHTS[frozenset((types[a], types[b]))] for a, b in pairs]
        out["fragmented_care_density"] = math.fsum(w * s for w, s in zip(weights, shared)) / len(pairs)
    return out


def check_continuity():
    rows = read("continuity_contacts")
    types = {r["seen_by"]: r["type"] for r in rows}
    registered = {r["person"]: r["registered"] for r in rows}
    results = collections.defaultdict(list)
    units = patients_of(rows, False, True)
    for (site, _), contacts in units.items():
        teams = [{c[2] for c in other} for (place, _), other in units.items() if place == site]
        results[site].append(indices(contacts, 2, None, teams, types))
    for row in read("continuity"):
        here, what = results[row["site"]], f"continuity {row['scale']} {row['site']}"
        if row["scale"] == "mci_group":
            some = [u for u in here if u["visits"] > 1]
            same(row["estimate"], 1 - statistics.mean(u["providers"] for u in some) /
                 (statistics.mean(u["visits"] for u in some) + 0.1), what)
            continue
        values = [u[row["scale"]] for u in here if row["scale"] in u]
        same(row["n"], float(len(values)), what)
        same(row["n_missing"], float(len(here) - len(values)), what)
        same(row["estimate"], statistics.mean(values), what)
        error = statistics.stdev(values) / len(values) ** 0.5
        same(row["std_error"], error, what)
        same(row["conf_low"], max(0, statistics.mean(values) - t_quantile(0.975, len(values) - 1) * error), what)
    units = patients_of(rows, True, False)
    teams = [{c[2] for c in contacts} for contacts in units.values()]
    stored = read("continuity_patients")
    assert len(stored) == len(units)
    for row in stored:
        found = indices(units[(None, row["patient"])], 3, registered[row["patient"]], teams, types)
        for name in set(row) - {"patient"}:
            same(row[name], float(found[name]) if name in found else None, f"patient {row['patient']} {name}")


if __name__ == "__main__":
    check_continuity()
    import check_scoring
    print(check_scoring.checked, "figures agree")
