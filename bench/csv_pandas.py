"""The same as the command, with pandas: csv_pandas.py profiles|answers OUT, in the folder of the data."""

import sys

import numpy as np
import pandas as pd

if sys.argv[1] == "profiles":
    import itertools

    # A table of the same size as a value set; its numbers do not matter for the time.
    value = {"".join(map(str, p)): 1 - 0.04 * sum(p) for p in itertools.product(range(1, 6), repeat=5)}
    d = pd.read_csv("profiles.csv", dtype=str)
    text = d.iloc[:, 0]
    for name in d.columns[1:]:
        text = text + d[name]
    pd.DataFrame({"utility": text.map(value)}).to_csv(sys.argv[2], index=False)
else:
    d = pd.read_csv("answers.csv")
    reverse = ["q4", "q8", "q12", "q16", "q20"]
    d[reverse] = 6 - d[reverse]
    score = d.mean(axis=1)
    missing = d.isna().sum(axis=1)
    score[missing > 10] = np.nan
    pd.DataFrame({"mean": score, "mean_missing": missing}).to_csv(sys.argv[2], index=False)
