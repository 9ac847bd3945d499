"""integrade from Python beside what people use there: peers.py FOLDER ROUNDS; as peers.R."""

import gc
import pathlib
import statistics
import sys
import time

import numpy as np
import pandas as pd

import integrade

folder, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2])


def compare(case, ours, peers, numbers=None, size=0):
    """Run all once per round, one after the other; `numbers` gives what must agree, by contestant."""
    contestants = {"integrade": ours, **peers}
    seconds, expected = {who: [] for who in contestants}, None
    for lap in range(rounds + 1):  # the first warms up
        for who, run in contestants.items():
            gc.collect()
            start = time.perf_counter()
            result = run()
            took = time.perf_counter() - start
            if lap:
                seconds[who].append(took)
            elif numbers and who in numbers:
                found = np.asarray(numbers[who](result), dtype=float)
                expected = found if expected is None else expected
                np.testing.assert_allclose(found, expected, rtol=1e-9, err_msg=f"{case}, {who}")
    for who, times in seconds.items():
        print(f"{case}|Python|{who}|{statistics.median(times):.6f}|{size}", flush=True)


def has(measure):
    return measure in set(integrade.measures()["measure"])


def read(name):
    return pd.read_csv(folder / f"{name}.csv")


# ---- EQ-5D ----
d = read("profiles")
names = list(d.columns)
levels = np.array(np.meshgrid(*[np.arange(1, 6)] * 5, indexing="ij")).reshape(5, -1).T
every = pd.DataFrame(levels, columns=names)
value = integrade.eq5d_utility(every, "eq5d-5l-england")
by_text = dict(zip(every.astype(str).agg("".join, axis=1), value))
plain = value.to_numpy()


def numpy_lookup():
    m = d[names].to_numpy()
    return plain[((((m[:, 0] - 1) * 5 + m[:, 1] - 1) * 5 + m[:, 2] - 1) * 5 + m[:, 3] - 1) * 5 + m[:, 4] - 1]


def pandas_map():
    text = d[names[0]].astype(str)
    for name in names[1:]:
        text = text + d[name].astype(str)
    return text.map(by_text)


compare("EQ-5D-5L of 1e6 rows", lambda: integrade.eq5d_utility(d, "eq5d-5l-england"),
        {"pandas map": pandas_map, "numpy lookup": numpy_lookup},
        {"integrade": np.asarray, "pandas map": np.asarray, "numpy lookup": np.asarray}, 20 * len(d))

# ---- bootstrap ----
if has("cea"):
    d = read("patients")
    arms = {arm: group[["cost", "effect"]].to_numpy() for arm, group in d.groupby("arm")}

    def numpy_bootstrap(replicates=10000):
        random = np.random.default_rng(1)
        out = {}
        for arm, values in arms.items():
            n = len(values)
            draws = [values[random.integers(0, n, (500, n))].mean(axis=1) for _ in range(replicates // 500)]
            out[arm] = np.concatenate(draws)
        return out["integrated"] - out["usual"]

    compare("bootstrap of 2 x 1500 patients, 10,000 replicates",
            lambda: integrade.measure("cea", d, replicates=10000, reference="usual"), {"numpy": numpy_bootstrap})

# ---- costing ----
if has("costing"):
    d = read("complete")
    prices = pd.DataFrame({"resource": d.columns, "unit_cost": 10 + 3.7 * np.arange(1, 21),
                           "category": [f"c{i % 5}" for i in range(20)], "payer": [f"p{i % 3}" for i in range(20)]})

    def pandas_costs():
        each = d * prices["unit_cost"].to_numpy()
        parts = [each.T.groupby(prices[by].to_numpy()).sum().T for by in ("payer", "category")]
        costs = pd.concat([each.sum(axis=1).rename("cost"), *parts], axis=1)
        return costs, costs.mean(), costs.sem()

    def numpy_costs():
        weights = prices["unit_cost"].to_numpy()[:, None] * np.column_stack(
            [np.ones(20), pd.get_dummies(prices["payer"]), pd.get_dummies(prices["category"])])
        costs = d.to_numpy() @ weights
        return costs, costs.mean(axis=0), costs.std(axis=0, ddof=1) / len(costs) ** 0.5

    compare("costs of 1e6 x 20 contacts, by category and payer",
            lambda: integrade.measure("costing", {"data": d, "unit_costs": prices}),
            {"pandas": pandas_costs, "numpy product": numpy_costs},
            {"integrade": lambda r: r.tables["costs"]["cost"], "pandas": lambda r: r[0]["cost"],
             "numpy product": lambda r: r[0][:, 0]}, 80 * len(d))

# ---- scoring ----
d = read("answers")
reverse = ["q4", "q8", "q12", "q16", "q20"]
file = pathlib.Path(__file__).with_name("scale20.yaml")


def pandas_score():
    x = d.copy()
    x[reverse] = 6 - x[reverse]
    score = x.mean(axis=1)
    score[x.isna().sum(axis=1) > 10] = np.nan
    return score


compare("mean of 20 answers of 1e6 respondents, 5 reversed, half rule", lambda: integrade.score(d, file),
        {"pandas": pandas_score},
        {"integrade": lambda r: r.tables["scores"]["mean"], "pandas": np.asarray}, 80 * len(d))

# ---- matrix of functional integration ----
d = read("ratings")


def pandas_matrix():
    pairs = d.groupby(["unit", "partner"])[["rank", "optimum"]].mean()
    pairs["gap"] = pairs["optimum"] - pairs["rank"]
    return pairs


compare("functional matrix of 1e5 ratings", lambda: integrade.functional_integration(d, replicates=0),
        {"pandas groupby": pandas_matrix},
        {"integrade": lambda r: r.tables["matrix"].sort_values(["unit", "partner"])["actual"],
         "pandas groupby": lambda pairs: pairs["rank"]})

# ---- reliability ----
if has("reliability"):
    d = read("complete")

    def numpy_alpha():
        v = np.cov(d.to_numpy(), rowvar=False)
        return len(v) / (len(v) - 1) * (1 - np.trace(v) / v.sum())

    def alpha_of(result):
        table = result.table
        return table.loc[table["scale"].str.endswith("alpha"), "estimate"].iloc[0]

    compare("item analysis of 1e6 x 20 answers", lambda: integrade.measure("reliability", d, items=list(d.columns)),
            {"numpy.cov and a line": numpy_alpha}, {"integrade": alpha_of, "numpy.cov and a line": float})

# ---- curves of a model's samples ----
if has("psa"):
    d = read("samples")
    costs, effects = [f"cost_{i}" for i in range(4)], [f"effect_{i}" for i in range(4)]

    def numpy_curves():
        c, e, out = d[costs].to_numpy(), d[effects].to_numpy(), []
        for threshold in range(0, 50001, 1000):
            benefit = threshold * e - c
            best = benefit.max(axis=1)
            out.append((np.bincount(benefit.argmax(axis=1), minlength=4) / len(c), best.mean() - benefit.mean(axis=0).max()))
        return out

    compare("CEAC, frontier and EVPI of 1e6 x 4 samples (51 thresholds in numpy, all in integrade)",
            lambda: integrade.measure("psa", d, costs=costs, effects=effects), {"numpy, 51 thresholds": numpy_curves},
            size=64 * len(d))
