"""A bootstrap by rows as it is written in notebooks: SciPy's L-BFGS-B, draw after draw, from the fit of the data.

usage: scipy_bootstrap.py INPUT.json OUTPUT.json
"""
import json
import sys
import time

import numpy as np
from scipy.optimize import minimize

DELTA = 1e-3


def objective(p, ln_n, ln_d, ln_loss):
    """Mean Huber loss of log residuals of exp(a)/N^alpha + exp(b)/D^beta + E, over delta squared; and its gradient."""
    a, b, alpha, beta, e = p
    u, v = np.exp(a - alpha * ln_n), np.exp(b - beta * ln_d)
    f = u + v + e
    r = np.log(f) - ln_loss
    slope = np.clip(r, -DELTA, DELTA)
    value = np.sum(slope * (r - slope / 2))
    w = slope / f
    gradient = np.array([np.sum(w * u), np.sum(w * v), -np.sum(w * u * ln_n), -np.sum(w * v * ln_d), np.sum(w)])
    scale = 1 / (len(r) * DELTA**2)
    return value * scale, gradient * scale


def main():
    with open(sys.argv[1]) as file:
        data = json.load(file)
    ln_n, ln_d, ln_loss = (np.log(np.array(data[name])) for name in ("n", "d", "loss"))
    start = np.array(data["start"])
    random = np.random.default_rng(0)
    found = []
    begin = time.perf_counter()
    for _ in range(data["replicates"]):
        rows = random.integers(0, len(ln_n), len(ln_n))
        result = minimize(
            objective,
            start,
            args=(ln_n[rows], ln_d[rows], ln_loss[rows]),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0, None)] * 5,
            options={"maxiter": 15000, "maxfun": 15000, "ftol": 1e-12, "gtol": 1e-9},
        )
        found.append(result.fun * len(ln_n) * DELTA**2)
    seconds = time.perf_counter() - begin
    with open(sys.argv[2], "w") as file:
        json.dump({"seconds": seconds, "objective": found}, file)


main()
