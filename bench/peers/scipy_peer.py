"""SciPy as a peer of the benchmark: the same problems from the same starts, one thread.

    python3 scipy_peer.py lbfgsb|trf|curve_fit|leastsq INPUT.json OUTPUT.json

The exchange format is described in bench/README.md. What a careful user would write: arrays made once per
problem, one vectorised function for the value and its analytic gradient, no work repeated between starts.
"""

import os

# Before numpy is imported: its linear algebra would start a thread a core.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import json
import sys
import time

sys.dont_write_bytecode = True  # no cache folder in the source tree

import numpy as np
import scipy
from scipy.optimize import curve_fit, least_squares, leastsq, minimize
from scipy_problem import Regression

# L-BFGS-B runs until it stops by itself.
UNLIMITED = 1_000_000


def lbfgsb(regression):
    """L-BFGS-B, stopping only on the projected gradient or when no step lowers the objective."""
    # The plain sum: divided by the points and by delta^2, fewer starts reach the best (bench/README.md).
    bounds = list(zip(regression.lower, regression.upper))
    options = {"ftol": 0.0, "gtol": 1e-10, "maxiter": UNLIMITED, "maxfun": UNLIMITED}

    def solve(start):
        result = minimize(
            regression.objective_and_gradient, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
        )
        return result.x, result.nit

    return solve


def inside(regression, start):
    """The start moved off the bounds: trust-region reflective wants a strictly feasible one."""
    return np.clip(start, regression.lower, regression.upper)


def trf(regression):
    """Trust-region reflective least squares with the analytic Jacobian and Huber's loss where asked."""
    loss = {} if regression.delta == np.inf else {"loss": "huber", "f_scale": regression.delta}
    options = {"method": "trf", "x_scale": "jac", "ftol": 1e-14, "xtol": 1e-14, "gtol": 1e-14, "max_nfev": 1000}

    def solve(start):
        result = least_squares(
            regression.residuals,
            inside(regression, start),
            jac=regression.jacobian,
            bounds=(regression.lower, regression.upper),
            **loss,
            **options,
        )
        return result.x, result.nfev

    return solve


def by_curve_fit(regression):
    """curve_fit with bounds and the analytic Jacobian: what most users of a sigmoid write."""
    if regression.delta != np.inf or regression.log:
        raise SystemExit("curve_fit: only the squared loss of plain residuals")

    def prediction(_, *p):
        return regression.form.value(p)[0]

    def jacobian(_, *p):
        return regression.form.jacobian(p, regression.form.value(p)[1])

    def solve(start):
        found, _, info, _, _ = curve_fit(
            prediction,
            np.arange(regression.form.points),
            regression.response,
            p0=inside(regression, start),
            jac=jacobian,
            bounds=(regression.lower, regression.upper),
            full_output=True,
        )
        return found, info["nfev"]

    return solve


class Unbounded:
    """Parameters without bounds behind bounded ones: a square for one bound, a sine for two."""

    # A start on a bound is moved off it, where the slope would be 0.
    OFF = 1e-8

    def __init__(self, lower, upper):
        below, above = np.isfinite(lower), np.isfinite(upper)
        self.both = below & above
        self.one = below ^ above
        self.sign = np.where(below, 1.0, -1.0)
        self.edge = np.where(below, lower, np.where(above, upper, 0.0))
        self.width = np.where(self.both, np.where(self.both, upper, 1.0) - np.where(self.both, lower, 0.0), 1.0)

    def outer(self, q):
        """The bounded parameters and their slopes in the unbounded ones."""
        squares = (self.edge + self.sign * q * q, 2 * self.sign * q)
        if not self.both.any():
            return np.where(self.one, squares[0], q), np.where(self.one, squares[1], 1.0)
        sines = (self.edge + 0.5 * self.width * (np.sin(q) + 1), 0.5 * self.width * np.cos(q))
        return tuple(
            np.where(self.both, sine, np.where(self.one, square, plain))
            for sine, square, plain in zip(sines, squares, (q, 1.0))
        )

    def inner(self, p):
        distance = self.sign * (p - self.edge)
        share = np.clip(distance / self.width, self.OFF, 1 - self.OFF)
        squares = np.sqrt(np.maximum(distance, self.OFF))
        return np.where(self.both, np.arcsin(2 * share - 1), np.where(self.one, squares, p))


def by_leastsq(regression):
    """MINPACK's lmder through SciPy, set up like bench/peers/cminpack_peer.cpp."""
    mapping = Unbounded(regression.lower, regression.upper)
    delta = regression.delta
    unit = np.ones(len(regression.lower))

    def roots(r):
        """sign(r)*sqrt(2*loss(r)), half of whose sum of squares is the objective."""
        if delta == np.inf:
            return r
        size = np.abs(r)
        return np.where(size <= delta, r, np.copysign(np.sqrt(np.maximum(2 * size - delta, 0.0) * delta), r))

    def residuals(q):
        return roots(regression.residuals(mapping.outer(q)[0]))

    def jacobian(q):
        p, slope = mapping.outer(q)
        prediction, state = regression.form.value(p)
        scaled = regression.form.jacobian(p, state) * slope
        if regression.log:
            scaled /= prediction[:, None]
        if delta != np.inf:
            r = (np.log(prediction) if regression.log else prediction) - regression.observed
            beyond = np.abs(r) > delta
            scaled[beyond] *= (delta / np.abs(roots(r[beyond])))[:, None]
        return scaled

    options = {"ftol": 1e-12, "xtol": 1e-12, "gtol": 0.0, "maxfev": 2000, "factor": 0.1, "diag": unit}

    def solve(start):
        q, _, info, _, _ = leastsq(residuals, mapping.inner(start), Dfun=jacobian, full_output=True, **options)
        return mapping.outer(q)[0], info["nfev"]

    return solve


METHODS = {"lbfgsb": lbfgsb, "trf": trf, "curve_fit": by_curve_fit, "leastsq": by_leastsq}


def evaluate(problem):
    """The objective and its gradient at the starts: what the tests compare between programs."""
    regression = Regression(problem)
    values = [regression.objective_and_gradient(np.array(s, dtype=float)) for s in problem["starts"]]
    return {
        "name": problem["name"],
        "starts": len(values),
        "seconds": 0,
        "processorSeconds": 0,
        "objective": [f for f, _ in values],
        "gradient": [g.tolist() for _, g in values],
        "iterations": [0] * len(values),
    }


def run(problem, method, seconds):
    regression = Regression(problem)
    solve = METHODS[method](regression)
    starts = np.array(problem["starts"], dtype=float)
    parameters, iterations = [], []
    begin, processor_begin = time.perf_counter(), time.process_time()
    for start in starts:
        try:
            x, n = solve(start)
        except (RuntimeError, ValueError):  # a failed start counts as one that did not reach the best
            x, n = start, 0
        parameters.append(x)
        iterations.append(int(n))
        elapsed, processor = time.perf_counter() - begin, time.process_time() - processor_begin
        if processor >= seconds:
            break
    objective = [float(regression.objective_and_gradient(x)[0]) for x in parameters]
    return {
        "name": problem["name"],
        "starts": len(parameters),
        "seconds": elapsed,
        "processorSeconds": processor,
        # JSON has no NaN or infinity.
        "objective": [f if np.isfinite(f) else None for f in objective],
        "iterations": iterations,
        "parameters": [x.tolist() for x in parameters],
    }


def main():
    method, input_path, output_path = sys.argv[1:]
    with open(input_path) as file:
        request = json.load(file)
    with np.errstate(all="ignore"):
        if request.get("evaluate"):
            results = [evaluate(p) for p in request["problems"]]
        else:
            results = [run(p, method, request["seconds"]) for p in request["problems"]]
    name = "scipy-" + method.replace("_", "-")
    with open(output_path, "w") as file:
        json.dump({"program": name, "version": scipy.__version__, "results": results}, file)


if __name__ == "__main__":
    main()
