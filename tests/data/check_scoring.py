#!/usr/bin/env python3
"""Recompute the golden cases of the scoring kinds from their inputs, by other means than the core.

Standard library only; fails when a figure differs by more than 1e-9.        check_scoring.py
"""
import collections
import csv
import math
import os
import statistics

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
PACIC = {"activation": (1, 3, 3), "design": (4, 6, 3), "goals": (7, 11, 4), "problem_solving": (12, 15, 3),
         "follow_up": (16, 20, 4), "total": (1, 20, 17)}  # first item, last item, answers needed
checked = 0


def read(name):
    with open(os.path.join(GOLDEN, name + ".csv"), newline="") as file:
        return list(csv.DictReader(file))


def same(found, wanted, what):
    global checked
    checked += 1
    found = float(found) if found != "" else None
    if wanted is not None and isinstance(wanted, float) and math.isnan(wanted):
        wanted = None
    ok = found is None if wanted is None else found is not None and abs(found - wanted) <= 1e-9
    assert ok, f"{what}: {found} is stored, {wanted} recomputed"


def mean(values):
    return math.fsum(values) / len(values) if values else None


def t_cdf(t, df):
    """By Simpson's rule on the density."""
    n, h = 4000, t / 4000
    c = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    f = lambda x: c * (1 + x * x / df) ** (-(df + 1) / 2)
    return 0.5 + h / 3 * (f(0) + f(t) + sum((4 if i % 2 else 2) * f(i * h) for i in range(1, n)))


def t_quantile(p, df, memory={}):
    if (p, df) not in memory:
        low, high = 0.0, 15.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if t_cdf(middle, df) < p else (low, middle)
        memory[p, df] = low
    return memory[p, df]


Z = statistics.NormalDist().inv_cdf(0.975)


def check_mean(row, values, low, high, what):
    n = len(values)
    same(row["n"], float(n), what + " n")
    same(row["estimate"], mean(values), what)
    if n > 1:
        error = math.sqrt(math.fsum((v - mean(values)) ** 2 for v in values) / (n - 1) / n)
        same(row["std_error"], error, what + " error")
        if error > 1e-12:
            half = t_quantile(0.975, n - 1) * error
            same(row["conf_low"], max(low, mean(values) - half), what + " low")
            same(row["conf_high"], min(high, mean(values) + half), what + " high")


def check_percent(row, k, n, what):
    same(row["n"], float(n), what + " n")
    if not n:
        return same(row["estimate"], None, what)
    p, z2 = k / n, Z * Z / n
    half = Z * math.sqrt(p * (1 - p) / n + z2 / 4 / n) / (1 + z2)
    same(row["estimate"], 100 * p, what)
    same(row["std_error"], 100 * math.sqrt(p * (1 - p) / n), what + " error")
    same(row["conf_low"], 0.0 if not k else 100 * ((p + z2 / 2) / (1 + z2) - half), what + " low")
    same(row["conf_high"], 100.0 if k == n else 100 * ((p + z2 / 2) / (1 + z2) + half), what + " high")


def kappa(pairs, levels, weight):
    """Value and error; the error as Gwet writes it, by case."""
    n, q = len(pairs), len(levels)
    w = lambda a, b: weight(levels.index(a), levels.index(b), q - 1)
    rows, columns = collections.Counter(a for a, _ in pairs), collections.Counter(b for _, b in pairs)
    po = math.fsum(w(a, b) for a, b in pairs) / n
    pe = math.fsum(rows[a] * columns[b] * w(a, b) for a in rows for b in columns) / n ** 2
    if 1 - pe < 1e-12:
        return None, None
    k = (po - pe) / (1 - pe)
    by_row = {a: sum(columns[b] * w(a, b) for b in columns) / n for a in levels}
    by_column = {b: sum(rows[a] * w(a, b) for a in rows) / n for b in levels}
    spread = math.fsum((w(a, b) - (by_row[a] + by_column[b]) * (1 - k)) ** 2 for a, b in pairs) / n
    return k, math.sqrt(max(0, spread - (k - pe * (1 - k)) ** 2) / n) / (1 - pe)


NONE = lambda i, j, r: float(i == j)
LINEAR = lambda i, j, r: 1 - abs(i - j) / r
QUADRATIC = lambda i, j, r: 1 - (i - j) ** 2 / r ** 2


def check_scale():
    people = read("scale_answers")
    scores = []
    for person in people:
        own = {}
        for name, (first, last, least) in PACIC.items():
            answers = [int(person[f"q{i}"]) for i in range(first, last + 1) if person[f"q{i}"]]
            own[name] = mean(answers) if len(answers) >= least else None
            own[name + "_missing"] = float(last - first + 1 - len(answers))
        scores.append(own)
    for row, own in zip(read("scale_rows"), scores, strict=True):
        for name in own:
            same(row[name], own[name], f"{row['respondent']} {name}")
    for row in read("scale"):
        name, _, end = row["scale"].partition(".")
        here = [s[name] for s, p in zip(scores, people) if p["site"] == row["site"]]
        values, what = [v for v in here if v is not None], f"{row['site']} {row['scale']}"
        same(row["n_missing"], float(len(here) - len(values)), what + " missing")
        if end:
            check_percent(row, sum(v == (1 if end == "floor" else 5) for v in values), len(values), what)
        else:
            check_mean(row, values, 1, 5, what)


def check_versions():
    """Two of three applicable items are needed, by country; the Dutch version, used in Belgium too, has no item d."""
    rows = []
    for p in read("scale_versions"):
        items = {"NL": "abc", "BE": "abc", "UK": "abcd"}.get(p["country"], "")
        cells = [p[i] for i in items]
        reversed_b = p["country"] == "UK"
        given = [6 - int(p[i]) if i == "b" and reversed_b else int(p[i]) for i in items if p[i] not in ("", "-7", "-8")]
        needed = max(1, math.ceil(2 / 3 * (len(items) - cells.count("-7")) - 1e-9))
        d = int(p["d"]) if items == "abcd" and p["d"] not in ("", "-7", "-8") else None
        rows.append({"country": p["country"], "total": mean(given) if len(given) >= needed else None, "extra": d,
                     "total_missing": len(cells) - len(given), "total_not_applicable": cells.count("-7"),
                     "total_refused": cells.count("-8"), "items": items})
    for found, own in zip(read("scale_versions_rows"), rows, strict=True):
        for name in ("total", "extra", "total_missing", "total_not_applicable", "total_refused"):
            same(found[name], own[name], name)
        assert found["instrument"] == {"abc": "short-nl", "abcd": "short-uk", "": ""}[own["items"]]
        assert (found["total_status"] == "scored") == (own["total"] is not None)
    people = read("scale_versions")
    for row in read("scale_reasons"):  # the three items of the Dutch version, asked everywhere
        code = {"missing": "", "not applicable": "-7", "refused": "-8"}[row["reason"]]
        own = [[p[i] for i in "abc"].count(code) for p in people if p["country"] == row["country"]]
        same(row["n"], float(sum(own)), str(row))
        same(row["respondents"], float(sum(k > 0 for k in own)), str(row))
        same(row["percent"], 100 * sum(own) / (3 * len(own)), str(row))
    for row in read("scale_versions_estimates"):
        name, _, end = row["scale"].partition(".")
        here = [r for r in rows if r["country"] == row["country"]]
        values = [r[name] for r in here if r[name] is not None]
        same(row["n_missing"], float(len(here) - len(values)), row["scale"])
        if end:
            check_percent(row, sum(v == (1 if end == "floor" else 5) for v in values), len(values), row["scale"])
        else:
            check_mean(row, values, 1, 5, row["scale"])


def verdicts(tie):
    """(wave, service, element): state, planned, year, disputed, the states of x and y."""
    cells = collections.defaultdict(dict)
    for r in read("checklist_ratings"):
        cells[r["wave"], r["service"], r["element"]][r["rater"]] = r
    out = {}
    for key, by in cells.items():
        said = {k: "not relevant" if r["relevant"] == "no" else {"yes": "present", "no": "absent", "": None}[r["present"]]
                for k, r in by.items()}
        states = [s for s in said.values() if s]
        relevant = [s for s in states if s != "not relevant"]
        if not states:
            state = None
        elif len(states) - len(relevant) > len(relevant):
            state = "not relevant"
        else:
            more = relevant.count("present") - relevant.count("absent")
            state = "present" if more > 0 else "absent" if more < 0 else tie
        plans = [by[k]["planned"] for k in said if said[k] == "absent" and by[k]["planned"]]
        years = [int(by[k]["year"]) for k in said if said[k] == "present" and by[k]["year"]]
        out[key] = (state, plans.count("yes") > plans.count("no") if plans and state == "absent" else None,
                    mean(years) if state == "present" else None, len(set(states)) > 1 if len(states) > 1 else None,
                    (said.get("x"), said.get("y")))
    return out


def figure(scale, chosen):
    states = [v[0] for v in chosen]
    attainable = states.count("present") + states.count("absent")
    if scale == "count":
        return float(states.count("present")) if attainable + states.count("not relevant") else None
    if scale == "implemented":
        return 100 * states.count("present") / attainable if attainable else None
    if scale == "planned":
        return mean([100.0 * v[1] for v in chosen if v[1] is not None])
    return mean([v[2] for v in chosen if v[2] is not None])


def check_checklist():
    phase = {r["element"]: r["phase"] for r in read("stages_map")}
    all_verdicts = verdicts("present")
    for row in read("checklist"):
        chosen = collections.defaultdict(list)
        for (wave, service, element), v in all_verdicts.items():
            if (wave == row["wave"] and row["service"] in ("", service) and row["cluster"] in ("", element[:2])
                    and row["phase"] in ("", phase[element]) and row["element"] in ("", element)):
                chosen[service].append(v)
        flat = [v for own in chosen.values() for v in own]
        what = " ".join(row[k] for k in ("scale", "wave", "service", "cluster", "phase", "element"))
        size = len(flat) // max(1, len(chosen))
        if row["scale"] == "disagreement":
            check_percent(row, sum(bool(v[3]) for v in flat), sum(v[3] is not None for v in flat), what)
        elif row["scale"] == "kappa":
            pairs = [v[4] for v in flat if all(v[4])]
            value, error = kappa(pairs, ["absent", "present", "not relevant"], NONE)
            same(row["estimate"], value, what)
            same(row["std_error"], error, what + " error")
        elif row["service"]:
            same(row["estimate"], figure(row["scale"], flat), what)
        elif row["element"] and row["scale"] in ("implemented", "planned"):
            index = 0 if row["scale"] == "implemented" else 1
            hits = [v[index] in ("present", True) for v in flat if v[index] in ("present", "absent", True, False)]
            check_percent(row, sum(hits), len(hits), what)
        else:
            values = [f for f in (figure(row["scale"], own) for own in chosen.values()) if f is not None]
            low, high = (-math.inf, math.inf) if row["scale"] == "year" else (0, size if row["scale"] == "count" else 100)
            check_mean(row, values, low, high, what)
    by_absent = verdicts("absent")
    for row in read("checklist_consensus"):
        state, planned, year, disputed, _ = by_absent[row["wave"], row["service"], row["element"]]
        assert (row["state"], row["planned"], row["disputed"]) == (
            state or "", "" if planned is None else str(planned).lower(), "" if disputed is None else str(disputed).lower())
        same(row["year"], year, "year")


def pearson(x, y):
    mx, my = mean(x), mean(y)
    return math.fsum((a - mx) * (b - my) for a, b in zip(x, y)) / math.sqrt(
        math.fsum((a - mx) ** 2 for a in x) * math.fsum((b - my) ** 2 for b in y))


def check_stages():
    phase = {r["element"]: int(r["phase"]) for r in read("stages_map")}
    said = collections.defaultdict(list)
    for r in read("stages_self"):
        said[r["wave"], r["service"]].append(int(r["phase"]))
    own = {key: statistics.median_low(v) for key, v in said.items()}
    made, present = {}, {}
    for key in own:
        states = {e: v[0] for (wave, service, e), v in verdicts("absent").items() if (wave, service) == key}
        present[key] = float(list(states.values()).count("present"))
        made[key] = 1
        for p in range(1, 5):
            mine = [states[e] for e in states if phase[e] == p]
            n = mine.count("present") + mine.count("absent")
            if not n and None in mine:
                made[key] = None
            if made[key] is None or (n and mine.count("present") / n < 0.5):
                break
            made[key] = p
    keys = [k for k in own if made[k] is not None]
    pairs, levels = [(own[k], made[k]) for k in keys], [1, 2, 3, 4]
    for row in read("stages"):
        scale, key = row["scale"], (row["wave"], row["service"])
        if row["service"]:
            same(row["estimate"], float(own[key]) if scale == "self" else made[key], f"{key} {scale}")
        elif scale in ("self", "calculated"):
            same(row["estimate"], float(statistics.median(own.values() if scale == "self" else [p[1] for p in pairs])), scale)
        elif scale == "agreement":
            check_percent(row, sum(a == b for a, b in pairs), len(pairs), scale)
        elif scale.startswith("kappa"):
            weight = {"kappa": NONE, "kappa_linear": LINEAR, "kappa_quadratic": QUADRATIC}[scale]
            value, error = kappa(pairs, levels, weight)
            same(row["estimate"], value, scale)
            same(row["std_error"], error, scale + " error")
            same(row["conf_low"], max(-1, value - Z * error), scale + " low")
        else:
            r = pearson([p[0] for p in pairs], [p[1] for p in pairs]) if scale == "correlation" else pearson(
                list(own.values()), [present[k] for k in own])
            same(row["estimate"], r, scale)
            n = len(pairs) if scale == "correlation" else len(own)
            same(row["conf_high"], math.tanh(math.atanh(r) + Z / math.sqrt(n - 3)), scale + " high")


def earned(row, indicator, maximum):
    value = row[indicator]
    if value == "":
        return None
    if indicator in ("managers", "caseload"):
        reference = 45 if indicator == "caseload" else float(row["managers_reference"])
        return maximum * max(0, 1 - abs(float(value) - reference) / reference)
    if indicator in ("structure", "clearing", "screening", "case_mix", "software"):
        return maximum * {"absent": 0, "partial": 0.5, "present": 1}.get(value, 0.25)
    return maximum * float(value) / 100


def check_points():
    components = {"coordination": dict(structure=3, representation=3, stability=3, participation=3, informed=4, feedback=4),
                  "entry": dict(entry_point=5, clearing=5, screening=5, follow_up=5),
                  "case_management": dict(managers=10, caseload=10),
                  "assessment": dict(assessed=5, partners_assessing=5, case_mix=5),
                  "chart": dict(software=5, computers=5, chart_use=5), "plan": dict(plans=10)}
    components["total"] = {i: m for c in components.values() for i, m in c.items()}
    scaled, zero = {}, {}
    for r in read("points_raw"):
        for c, indicators in components.items():
            got = {i: earned(r, i, m) for i, m in indicators.items()}
            known = {i: p for i, p in got.items() if p is not None}
            possible, key = sum(indicators[i] for i in known), (r["area"], r["wave"], c)
            zero[key] = math.fsum(known.values())
            scaled[key] = zero[key] * sum(indicators.values()) / possible if possible else None
    for row in read("points"):
        key = row["area"], row["wave"], row["component"]
        same(row["points"], scaled[key], str(key))
        same(row["percent"], None if scaled[key] is None else 100 * scaled[key] / float(row["maximum"]), str(key))
        if row["wave"] != "1":
            now, first, before = (scaled[row["area"], w, row["component"]] for w in (row["wave"], "1", str(int(row["wave"]) - 1)))
            same(row["change_first"], None if None in (now, first) else now - first, str(key))
            same(row["change_previous"], None if None in (now, before) else now - before, str(key))
    for row in read("points_total"):
        if row["area"]:
            same(row["estimate"], zero[row["area"], row["wave"], row["scale"]], str(row))
        else:
            check_mean(row, [zero[a, row["wave"], row["scale"]] for a in ("east", "west")], 0,
                       float(sum(components[row["scale"]].values())), str(row))
        if row["scale"] == "total":
            assert row["level"] == ("at threshold" if float(row["estimate"]) >= 50 else "below threshold")


LADDER = ("transfer", "cross-charging", "aligned", "lead", "pooled", "managed", "managed-pooled", "structural")


def check_ladder():
    ranks = collections.defaultdict(list)
    for row in read("ladder_schemes"):
        step = row["step"]
        ranks[row["country"]].append(None if not step else int(step) if step.isdigit() else 1 + LADDER.index(step))
    for row in read("ladder"):
        every = ranks[row["country"]]
        known = sorted(r for r in every if r is not None)
        n, what = len(known), str(row)
        same(row["n_missing"], float(len(every) - n), what)
        if "." in row["scale"]:
            statistic, level = row["scale"].split(".")
            rank = 1 + LADDER.index(level)
            check_percent(row, sum(r == rank if statistic == "share" else r >= rank for r in known), n, what)
            continue
        share = {"lowest": 0, "lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75, "highest": 1}[row["scale"]]
        same(row["estimate"], float(known[max(0, math.ceil(share * n) - 1)]), what)
        if row["scale"] == "median":
            below = [sum(math.comb(n, k) for k in range(j + 1)) / 2 ** n for j in range(n)]
            low = next(j for j in range(n) if below[j] >= 0.025)
            same(row["conf_low"], float(known[low - 1]), what)
            same(row["conf_high"], float(known[n - low]), what)


MERGER = {("low", "weak"): "siloed", ("low", "strong"): "connected", ("high", "weak"): "single-weak",
          ("high", "strong"): "single-strong"}


def check_classification():
    sites = read("classification_sites")
    found = [MERGER.get((s["merger"], s["coordination"])) for s in sites]
    for row in read("classification"):
        own = [(s, o) for s, o in zip(sites, found) if s["region"] == row["region"]]
        if row["scale"] == "as_mapped":
            judged = [s["actual"] == o for s, o in own if o and s["actual"]]
        else:
            judged = [o == row["scale"] for _, o in own if o]
        check_percent(row, sum(judged), len(judged), str(row))
        same(row["n_missing"], float(len(own) - len(judged)), str(row))
    whole = [s for s, o in zip(sites, found) if o]
    for row in read("classification_cells"):
        own = [s for s in whole if (s["merger"], s["coordination"]) == (row["merger"], row["coordination"])]
        same(row["n"], float(len(own)), str(row))
        same(row["percent"], 100 * len(own) / len(whole), str(row))
        same(row["percent_weight"], 100 * sum(int(s["people"]) for s in own) / sum(int(s["people"]) for s in whole),
             str(row))
        assert row["outcome"] == MERGER[row["merger"], row["coordination"]]


if __name__ == "__main__":
    check_scale()
    check_versions()
    check_checklist()
    check_stages()
    check_points()
    check_ladder()
    check_classification()
    print(checked, "figures agree")
