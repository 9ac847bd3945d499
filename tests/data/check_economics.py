#!/usr/bin/env python3
"""Recompute the golden cases of costing, qaly, cea and cea_summary from their inputs, by other means than the core.

Needs NumPy; fails when a figure differs by more than 1e-9 (relative to 1 or to itself).     check_economics.py
"""
import math
import statistics

import numpy as np

from check_scoring import read, t_quantile

NORMAL = statistics.NormalDist()
Z = NORMAL.inv_cdf(0.975)
checked = 0


def same(found, wanted, what):
    global checked
    checked += 1
    if wanted is None or math.isnan(wanted):
        assert found == "", f"{what}: {found} is stored, nothing recomputed"
    else:
        assert found != "" and abs(float(found) - wanted) <= 1e-9 * max(1, abs(wanted)), \
            f"{what}: {found} is stored, {wanted} recomputed"


# ---- qaly ----

def areas(bridge, carry, force):
    """QALY of each person of qaly_visits; `force`: continuous rate of discount."""
    persons = {}
    for row in read("qaly_visits"):
        persons.setdefault(row["id"], (row["arm"], []))[1].append(
            (int(row["month"]) / 12, float(row["utility"]) if row["utility"] else None))
    for person, (arm, visits) in persons.items():
        known = [v for v in visits if v[1] is not None]
        gap = any(v[1] is None and v[0] < known[-1][0] for v in visits)
        if (gap and not bridge) or (known[-1][0] < 1 and not carry) or visits[0][1] is None:
            yield person, arm, visits, None
            continue
        if known[-1][0] < 1:
            known.append((1, known[-1][1]))
        total = 0
        for (t0, u0), (t1, u1) in zip(known, known[1:]):
            if not force:
                total += (t1 - t0) * (u0 + u1) / 2
                continue
            slope = (u1 - u0) / (t1 - t0)
            e0, e1 = math.exp(-force * t0), math.exp(-force * t1)
            total += (u0 * e0 - u1 * e1) / force + slope * (e0 - e1) / force ** 2
        yield person, arm, visits, total


def check_qaly():
    for row, (person, arm, visits, qaly) in zip(read("qaly_rows"), areas(False, False, 0), strict=True):
        assert (row["id"], row["arm"]) == (person, arm)
        same(row["qaly"], qaly, person)
        same(row["visits"], float(sum(v[1] is not None for v in visits)), person)
        same(row["missing"], float(sum(v[1] is None for v in visits)), person)
    rows = list(areas(True, True, math.log(1.035)))
    for row in read("qaly"):
        values = [q for _, arm, _, q in rows if arm == row["arm"] and q is not None]
        if row["scale"] == "baseline":
            values = [v[0][1] for _, arm, v, _ in rows if arm == row["arm"]]
        if row["scale"] == "years":
            values = [1.0] * len(values)
        n, mean = len(values), math.fsum(values) / len(values)
        sd = statistics.stdev(values)
        same(row["n"], float(n), "n")
        if row["scale"] == "qaly_sd":
            same(row["estimate"], sd, "sd")
            continue
        same(row["estimate"], mean, row["scale"])
        same(row["std_error"], sd / math.sqrt(n), "error")
        if sd:
            same(row["conf_low"], mean - t_quantile(0.975, n - 1) * sd / math.sqrt(n), "low")


# ---- cea ----

def patients():
    rows = [r for r in read("cea_patients") if r["qaly"] and r["baseline"]]
    column = lambda f: np.array([f(r) for r in rows], float)
    return {"new": column(lambda r: r["arm"] == "integrated"), "effect": column(lambda r: r["qaly"]),
            "cost": column(lambda r: float(r["health"]) + float(r["social"]) + float(r["team"])),
            "age": column(lambda r: r["age"]), "woman": column(lambda r: r["sex"] == "woman"),
            "cost_before": column(lambda r: r["cost_before"]), "baseline": column(lambda r: r["baseline"]),
            "practice": np.array([r["practice"] for r in rows])}


def welch(d):
    """Increments of (effect, cost) and their covariance."""
    pairs = [np.array([d["effect"][d["new"] == a], d["cost"][d["new"] == a]]) for a in (1, 0)]
    delta = pairs[0].mean(axis=1) - pairs[1].mean(axis=1)
    return delta, sum(np.cov(p) / p.shape[1] for p in pairs)


def check_cea():
    d = patients()
    delta, cov = welch(d)
    for row in read("cea"):
        t = float(row["threshold"] or "nan")
        wanted = {"incremental_cost": delta[1], "incremental_effect": delta[0], "inmb": t * delta[0] - delta[1],
                  "inhb": delta[0] - delta[1] / t}
        if row["scale"] in wanted:
            same(row["estimate"], wanted[row["scale"]], row["scale"])
        elif row["scale"] in ("cost", "effect"):
            values = d[row["scale"]][d["new"] == (row["arm"] == "integrated")]
            same(row["estimate"], values.mean(), "mean")
            same(row["std_error"], values.std(ddof=1) / math.sqrt(len(values)), "error")
    for row in read("cea_ceac"):
        t = float(row["threshold"])
        se = math.sqrt(t * t * cov[0, 0] + cov[1, 1] - 2 * t * cov[0, 1])
        same(row["probability"], NORMAL.cdf((t * delta[0] - delta[1]) / se), f"curve at {t}")


def check_adjusted():
    d = patients()
    one = np.ones_like(d["new"])
    scores, estimates, df = {}, {}, {}
    for outcome, own in (("cost", "cost_before"), ("effect", "baseline")):
        x = np.column_stack([one, d["new"], d["age"], d["woman"], d[own]])
        inverse = np.linalg.inv(x.T @ x)
        beta = inverse @ x.T @ d[outcome]
        terms = (x @ inverse)[:, 1] * (d[outcome] - x @ beta)
        scores[outcome] = np.array([terms[d["practice"] == c].sum() for c in sorted(set(d["practice"]))])
        estimates[outcome], df[outcome] = beta[1], len(one) - 5
    clusters = len(scores["cost"])
    for row in read("cea_adjusted"):
        if row["method"] != "t":
            continue
        t = float(row["threshold"] or "nan")
        a, b = {"incremental_cost": (0, 1), "incremental_effect": (1, 0), "inmb": (t, -1), "inhb": (1, -1 / t)}[row["scale"]]
        score = a * scores["effect"] + b * scores["cost"]
        se = math.sqrt(clusters / (clusters - 1) * (len(one) - 1) / df["cost"] * (score ** 2).sum())
        value = a * estimates["effect"] + b * estimates["cost"]
        same(row["std_error"], se, row["scale"])
        same(row["conf_low"], value - t_quantile(0.975, clusters - 2) * se, row["scale"])


def check_sur():
    """Both equations stacked, weighted by the inverse covariance of the residuals of least squares."""
    d = patients()
    one = np.ones_like(d["new"])
    x = {"cost": np.column_stack([one, d["new"], d["age"], d["woman"], d["cost_before"]]),
         "effect": np.column_stack([one, d["new"], d["age"], d["woman"], d["baseline"]])}
    rest = np.column_stack([d[k] - x[k] @ np.linalg.lstsq(x[k], d[k], rcond=None)[0] for k in x])
    precision = np.linalg.inv(rest.T @ rest / (len(one) - 5))
    blocks = [[precision[i, j] * x[g].T @ x[h] for j, h in enumerate(x)] for i, g in enumerate(x)]
    cov = np.linalg.inv(np.block(blocks))
    beta = cov @ np.concatenate([x[g].T @ sum(precision[i, j] * d[h] for j, h in enumerate(x)) for i, g in enumerate(x)])
    for row in read("cea_sur"):
        if row["method"] != "t":
            continue
        t = float(row["threshold"] or "nan")
        a, b = {"incremental_cost": (0, 1), "incremental_effect": (1, 0), "inmb": (t, -1), "inhb": (1, -1 / t)}[row["scale"]]
        se = math.sqrt(a * a * cov[6, 6] + b * b * cov[1, 1] + 2 * a * b * cov[1, 6])
        same(row["std_error"], se, "sur " + row["scale"])
        same(row["conf_low"], a * beta[6] + b * beta[1] - t_quantile(0.975, len(one) - 5) * se, "sur " + row["scale"])


# ---- cea_summary ----

def check_summary():
    for figures in read("cea_figures"):
        f = {k: float(v) if v and k != "scenario" else v for k, v in figures.items()}
        e = f["effect"]
        c = f["cost"] if f["cost"] != "" else f["icer"] * e
        se_c = f["se_cost"] if f["se_cost"] != "" else (f["cost_high"] - f["cost_low"]) / 2 / Z if f["cost_low"] != "" else None
        for row in read("cea_summary"):
            if row["scenario"] != figures["scenario"] or not row["threshold"]:
                continue
            t = float(row["threshold"])
            if f["probability"] != "":
                se = (f["at_threshold"] * e - c) / NORMAL.inv_cdf(f["probability"])
            else:
                se = math.sqrt((t * f["se_effect"]) ** 2 + se_c ** 2 - 2 * t * f["correlation"] * f["se_effect"] * se_c)
            benefit = t * e - c
            z = benefit / se
            loss = se * NORMAL.pdf(z) - abs(benefit) * NORMAL.cdf(-abs(z))
            wanted = {"inmb": benefit, "inhb": benefit / t, "p_cost_effective": NORMAL.cdf(z), "evpi": loss}
            same(row["estimate"], wanted[row["scale"]], f"{figures['scenario']} {row['scale']}")
            if row["scale"] == "inmb":
                half = (t_quantile(0.975, f["df"]) if f["df"] != "" else Z) * se
                same(row["conf_low"], benefit - half, "low")


# ---- costing ----

def prices():
    """Price of each resource of costing_prices at 2022/23 in GBP, its category and what each payer bears."""
    index = {(r["currency"], r["year"]): float(r["index"]) for r in read("costing_index")}
    rate = {(r["currency"], r["year"]): float(r["rate"]) for r in read("costing_rates")}
    for r in read("costing_prices"):
        price = float(r["unit_cost"]) * index[r["currency"], "2022/23"] / index[r["currency"], r["year"]]
        price *= rate["GBP", "2022/23"] / rate[r["currency"], "2022/23"]
        shares = {k: float(r[k] or 0) / 100 for k in ("health", "social care", "family")}
        yield r["resource"], (price, r["category"], shares)


def check_costing():
    table = dict(prices())
    use = {}
    for row in read("costing_periods"):
        person = use.setdefault(row["id"], {"arm": row["arm"], "q": {}, "x": {}})
        for resource in table:
            if resource in row:
                q = float(row[resource]) if row[resource] else math.nan
                person["q"][resource] = person["q"].get(resource, 0) + q
                person["x"][resource] = person["x"].get(resource, 0) + q / 1.035 ** int(row["period"])
    whole = [p for p in use.values() if not any(map(math.isnan, p["q"].values()))]
    for row in read("costing"):
        def weight(resource):
            price, category, shares = table[resource]
            return (price * shares.get(row["payer"], 1) * (row["category"] in ("all", category))
                    * (row["resource"] in ("all", resource)))
        of_arm = [p for p in whole if p["arm"] == row["arm"]]
        if row["scale"].startswith("cost"):
            values = np.array([sum(weight(r) * x for r, x in p["x"].items()) for p in of_arm])
        else:
            values = np.array([p["q"][row["resource"]] for p in of_arm])
        n, what = len(values), " ".join(row[k] for k in ("scale", "arm", "category", "payer", "resource"))
        same(row["n"], n, what)
        same(row["n_missing"], sum(p["arm"] == row["arm"] for p in use.values()) - n, what)
        if row["scale"].endswith("_sd") or row["scale"] == "users":
            same(row["estimate"], 100 * np.mean(values > 0) if row["scale"] == "users" else values.std(ddof=1), what)
            continue
        error = values.std(ddof=1) / math.sqrt(n)
        same(row["estimate"], values.mean(), what)
        same(row["std_error"], error, what)
        same(row["conf_low"], values.mean() - t_quantile(0.975, n - 1) * error, what)
    tariff = {r["resource"]: float(r["unit_cost"]) for r in read("costing_tariff")}
    sums = {}
    for row in read("costing_events"):
        cost = tariff[row["resource"]] * float(row["quantity"] or "nan") if row["resource"] else 0
        sums[row["id"]] = sums.get(row["id"], 0) + cost
    for row in read("costing_rows"):
        same(row["cost"], sums[row["id"]], row["id"])


if __name__ == "__main__":
    check_costing()
    check_qaly()
    check_cea()
    check_adjusted()
    check_sur()
    check_summary()
    print(f"{checked} figures agree")
