"""Synthetic tables for the benchmarks, the same at every run: data.py FOLDER SHARE (1 is full size)."""

import pathlib
import sys

import numpy as np
import pandas as pd

folder, share = pathlib.Path(sys.argv[1]), float(sys.argv[2])
random = np.random.default_rng(20261126)


def write(name, columns):
    pd.DataFrame(columns).to_csv(folder / f"{name}.csv", index=False)


def rows(full):
    return max(200, int(full * share))


n = rows(1e6)
write("profiles", {d: random.integers(1, 6, n) for d in ("mobility", "self_care", "usual_activities", "pain", "anxiety")})

answers = pd.DataFrame(random.integers(1, 6, (n, 20)), columns=[f"q{i}" for i in range(1, 21)]).astype("Int64")
answers = answers.mask(random.random(answers.shape) < 0.05)
write("answers", answers)
write("complete", pd.DataFrame(random.integers(1, 6, (n, 20)), columns=[f"q{i}" for i in range(1, 21)]))

arm = np.repeat(["integrated", "usual"], 1500)
write("patients", {"arm": arm, "cost": random.gamma(2, 900, 3000) + 250 * (arm == "integrated"),
                   "effect": np.clip(random.normal(0.70, 0.15, 3000) + 0.04 * (arm == "integrated"), -0.2, 1)})

# Everybody rates everybody, several times: 100 units, fewer in a quick run.
side = 100 if share >= 1 else 20
units = np.array([f"unit {i:03d}" for i in range(1, side + 1)])
pairs = np.array([(a, b) for a in range(side) for b in range(side) if a != b])
each = len(pairs)
pairs = np.tile(pairs, (1 + rows(1e5) // each, 1))[:max(each, rows(1e5))]
write("ratings", {"unit": units[pairs[:, 0]], "partner": units[pairs[:, 1]],
                  "rater": [f"{units[a]}, rater {i // each}" for i, (a, _) in enumerate(pairs)],
                  "rank": random.integers(0, 81, len(pairs)), "optimum": random.integers(20, 101, len(pairs))})

true = random.integers(1, 6, rows(1e4))
seen = {f"r{i}": np.where(random.random(len(true)) < 0.7, true, random.integers(1, 6, len(true))) for i in range(1, 6)}
write("coded", pd.DataFrame(seen).astype("Int64").mask(random.random((len(true), 5)) < 0.1))

samples = {f"cost_{s}": random.gamma(20, 400 + 60 * s, n) for s in range(4)}
samples.update({f"effect_{s}": random.normal(8 + 0.1 * s, 0.6, n) for s in range(4)})
write("samples", samples)

# Teams that agree: a member's answer is within one of the team's own. Everybody's team has two members at least.
members, teams = rows(1e5), rows(1e4)
team = np.concatenate([np.arange(teams), np.arange(teams), random.integers(0, teams, max(0, members - 2 * teams))])
own = random.integers(2, 5, teams)
write("teams", {"team": team, **{f"q{i}": own[team] + random.integers(-1, 2, len(team)) for i in range(1, 9)}})

# Contacts: a patient has ten on average, half of them with the provider of registration.
visits = rows(1e6)
patient = random.integers(0, visits // 10, visits)
provider = np.where(random.random(visits) < 0.5, patient % 2000, random.integers(0, 2000, visits))
write("contacts", {"patient": patient, "provider": provider + 10_000_000, "date": random.integers(0, 730, visits)})
