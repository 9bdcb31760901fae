"""Variable projection in NumPy as a peer of the benchmark: it uses the forms' structure, and solves many starts at once.

    python3 numpy_varpro.py INPUT.json OUTPUT.json [--plain]

The exchange format is described in bench/README.md. What a careful user who knows the forms would write: both are linear
in some parameters once the others are given, so a start only says where those others begin. The linear ones follow by
linear least squares within their bounds, of residuals relative to the response where logarithms are fitted. From there
damped steps in all parameters, because a loss of logarithms, or Huber's, is linear in none. Every operation is on a
whole batch of starts; the steps are those of torch_peer.py.

--plain   without the projection: the starts as they are given
"""

import os

# Before numpy is imported: its linear algebra would start a thread a core.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import itertools
import json
import sys
import time

sys.dont_write_bytecode = True  # no cache folder in the source tree

import numpy as np
from torch_peer import FIRST_DAMPING, NumPy, Regression, evaluate, solve

BATCH = 256  # starts solved at once, as many as the cache holds
DAMPING = 1e-3  # as FIRST_DAMPING, from starts that the projection has brought close


def chinchilla_terms(columns, p):
    ln_n, ln_d = columns
    return np.stack([np.exp(-p[:, 2, None] * ln_n), np.exp(-p[:, 3, None] * ln_d), np.ones((len(p), len(ln_n)))], -1)


def sigmoid_terms(columns, p):
    s = 1.0 / (1.0 + np.exp(-p[:, 2, None] * (columns[0] - p[:, 1, None])))
    return np.stack([s, np.ones_like(s)], -1)


# The terms [fits x points x linear] of the form, and its linear parameters with whether they are logarithms of the factor.
STRUCTURE = {
    "chinchilla": (chinchilla_terms, ((0, True), (1, True), (4, False))),
    "sigmoid": (sigmoid_terms, ((0, False), (3, False))),
}


def project(problem, starts):
    """The starts with their linear parameters replaced by the best within the bounds, given the others."""
    terms_of, linear = STRUCTURE[problem["form"]]
    response = np.array(problem["response"], dtype=float)
    weights = 1.0 / response if problem["residual"] == "log" else np.ones_like(response)
    terms = terms_of([np.array(c, dtype=float) for c in problem["columns"]], starts) * weights[:, None]
    aim = response * weights
    edges = [
        [-np.inf if low is None else low, np.inf if high is None else high]
        for low, high in ((problem["lower"][j], problem["upper"][j]) for j, _ in linear)
    ]
    edges = np.array([np.exp(edge) if log else edge for edge, (_, log) in zip(edges, linear)])
    matrix = np.einsum("fij,fik->fjk", terms, terms)
    vector = np.einsum("fij,i->fj", terms, aim)
    best = np.full(len(starts), np.inf)
    found = np.empty((len(starts), len(linear)))
    # Each parameter is free or at one of its bounds: the optimum is the best feasible of all combinations.
    choices = [[None, *(e for e in pair if np.isfinite(e) and not (log and e == 0))] for pair, (_, log) in zip(edges, linear)]
    for fixed in itertools.product(*choices):
        free = [j for j, edge in enumerate(fixed) if edge is None]
        x = np.tile([0.0 if edge is None else edge for edge in fixed], (len(starts), 1))
        if free:
            # Scaled to a unit diagonal; the small ridge keeps terms that do not vary from being singular.
            scale = 1.0 / np.sqrt(np.einsum("fjj->fj", matrix)[:, free])
            inner = matrix[:, free][:, :, free] * scale[:, :, None] * scale[:, None, :] + 1e-13 * np.eye(len(free))
            right = (vector - np.einsum("fjk,fk->fj", matrix, x))[:, free] * scale
            x[:, free] = np.linalg.solve(inner, right[..., None])[..., 0] * scale
        cost = np.einsum("fj,fjk,fk->f", x, matrix, x) - 2 * np.einsum("fj,fj->f", x, vector)
        better = np.all((x >= edges[:, 0]) & (x <= edges[:, 1]), -1) & (cost < best)
        best[better], found[better] = cost[better], x[better]
    projected = starts.copy()
    usable = np.isfinite(best)
    for column, (j, log) in enumerate(linear):
        projected[usable, j] = np.log(found[usable, column]) if log else found[usable, column]
    return projected


def run(problem, seconds, plain):
    regression = Regression(NumPy(), problem, FIRST_DAMPING if plain else DAMPING)
    starts = np.array(problem["starts"], dtype=float)
    parameters, iterations = [], []
    begin, processor_begin = time.perf_counter(), time.process_time()
    size = BATCH if seconds > 0 else 1
    while len(parameters) < len(starts):
        part = starts[len(parameters) :][:size]
        found, counts = solve(regression, part if plain else project(problem, part))
        parameters.extend(found)
        iterations.extend(int(n) for n in counts)
        processor = time.process_time() - processor_begin
        if processor >= seconds:
            break
    elapsed = time.perf_counter() - begin
    objective, _ = regression.objective_and_gradient(np.array(parameters))
    return {
        "name": problem["name"],
        "starts": len(parameters),
        "seconds": elapsed,
        "processorSeconds": processor,
        # JSON has no NaN or infinity.
        "objective": [float(f) if np.isfinite(f) else None for f in objective],
        "iterations": iterations,
        "parameters": [p.tolist() for p in parameters],
    }


def main():
    plain = "--plain" in sys.argv
    input_path, output_path = [word for word in sys.argv[1:] if not word.startswith("--")]
    with open(input_path) as file:
        request = json.load(file)
    with np.errstate(all="ignore"):
        if request.get("evaluate"):
            results = [evaluate(NumPy(), p) for p in request["problems"]]
        else:
            results = [run(p, request["seconds"], plain) for p in request["problems"]]
    with open(output_path, "w") as file:
        json.dump({"program": "numpy-varpro", "version": np.__version__, "results": results}, file)


if __name__ == "__main__":
    main()
