"""Data that several tests use.  All of it is synthetic."""

import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")


@pytest.fixture(scope="session")
def ratings():
    """Six units rate each other, three raters each, with optimum, profession and direction."""
    random = np.random.default_rng(20)
    rows = []
    for unit in "ABCDEF":
        for partner in "ABCDEF":
            for i, profession in enumerate(("doctor", "nurse", "therapist")):
                if unit != partner:
                    rank = int(random.integers(0, 80))
                    rows.append({"unit": unit, "partner": partner, "rank": rank,
                                 "optimum": int(np.clip(rank + random.integers(-10, 40), 0, 100)),
                                 "rater": f"{unit}{i}", "profession": profession,
                                 "direction": "vertical" if (ord(unit) + ord(partner)) % 2 else "horizontal"})
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def patients():
    """Two arms of 60 patients with costs and QALYs, in 10 practices."""
    random = np.random.default_rng(21)
    arm = np.repeat(["integrated", "usual"], 60)
    new = arm == "integrated"
    return pd.DataFrame({"arm": arm, "cost": random.gamma(2, 900, 120) + 250 * new,
                         "effect": np.clip(random.normal(0.70, 0.15, 120) + 0.06 * new, -0.2, 1),
                         "practice": np.tile(np.arange(10), 12)})
