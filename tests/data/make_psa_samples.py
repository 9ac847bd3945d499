"""Made-up samples of a model of three strategies of care at home, for the tests of psa, evppi and evsi."""
import numpy as np

r = np.random.default_rng(20260311)
n = 400
p, u, c, q = r.beta(20, 80, n), r.normal(0.08, 0.03, n), r.gamma(25, 60, n), r.normal(0, 1, n)
print("cost_usual,cost_network,cost_home,effect_usual,effect_network,effect_home,p_admission,u_gain,c_coordinator")
for i in range(n):
    health, spend = 8 + 0.4 * q[i], 4000 + 600 * q[i]
    e = [health, health + 2.0 * u[i] * (1 - p[i]) + r.normal(0, .03),
         health + 3.1 * u[i] * (1 - p[i]) + r.normal(0, .05)]
    k = [spend + r.normal(0, 150), spend + 2.2 * c[i] - 3000 * p[i] + r.normal(0, 200),
         spend + 4.6 * c[i] - 3000 * p[i] + r.normal(0, 300)]
    row = [round(x, 2) for x in k] + [round(x, 5) for x in e] + [round(p[i], 6), round(u[i], 6), round(c[i], 3)]
    print(",".join(f"{float(v):.15g}" for v in row))
