"""Made-up samples of a model of two groups of patients, for the tests of evppi and evsi by group."""
import numpy as np

r = np.random.default_rng(20260411)
print("need,cost_usual,cost_network,effect_usual,effect_network,p_admission,u_gain")
for i in range(200):
    p, u = r.beta(20, 80), r.normal(0.08, 0.03)
    for need, admissions, price, worth in (("low", 0.5, 3700, 1), ("high", 3, 4900, 1.1)):
        k = [3000 + 9000 * admissions * p + r.normal(0, 150),
             price + 7000 * admissions * p + r.normal(0, 200)]
        e = [8 + r.normal(0, 0.02), 8 + worth * u * (1 - p) + r.normal(0, 0.03)]
        row = [round(x, 2) for x in k] + [round(x, 5) for x in e] + [round(p, 6), round(u, 6)]
        print(",".join([need] + [f"{float(v):.15g}" for v in row]))
