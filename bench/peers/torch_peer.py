"""PyTorch as a peer of the benchmark: batched Levenberg-Marquardt in float64, the whole batch at once on the GPU.

    python3 torch_peer.py INPUT.json OUTPUT.json [--batch N] [--numpy]

The exchange format is described in bench/README.md. What a careful user of PyTorch would write: every fit's residuals,
analytic Jacobian and damped system as one tensor operation over the batch, Cholesky factors without checks that wait
for the device, and fits that have ended leave the batch now and then, which eager tensors allow. Set up like cminpack,
the peer that is best on these problems: signed square roots of twice the loss as residuals, bounds by substitution (a
square for one, a sine for two).

--batch N   fits solved at once; the starts given are repeated until there are as many [default: as many as given].
            The answer has those given, and `batch`: how many were solved in `seconds`
--numpy     the same functions in NumPy, for tests where there is no PyTorch

A first batch is solved before the clock starts.
"""

import json
import sys
import time

sys.dont_write_bytecode = True  # no cache folder in the source tree

import numpy as np

ITERATIONS = 500
FIRST_DAMPING = 10.0  # of the largest element of J'J's diagonal, as jax_peer.py
TOLERANCE = 1e-12  # relative fall of the objective at which a fit has ended
OFF = 1e-8  # a start on a bound is moved off it, where the slope of the substitution would be 0
LOOK = 8  # rounds from one look at which fits have ended to the next: each look waits for the device


class NumPy:
    """The array operations in NumPy: what a test needs of a machine without PyTorch."""

    xp = np
    version = f"numpy {np.__version__}"

    def array(self, values):
        return np.asarray(values, dtype=float)

    def flags(self, values):
        return np.asarray(values, dtype=bool)

    def solve(self, matrices, vectors):
        return np.linalg.solve(matrices, vectors[..., None])[..., 0]

    def to_numpy(self, array):
        return array

    def wait(self):
        pass


class Torch:
    """The same in PyTorch, on the first GPU, else on the processor."""

    def __init__(self):
        import torch

        self.xp = torch
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        kind = torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else "cpu"
        self.version = f"{torch.__version__}, {kind}"

    def array(self, values):
        return self.xp.as_tensor(values, dtype=self.xp.float64, device=self.device)

    def flags(self, values):
        return self.xp.as_tensor(values, dtype=self.xp.bool, device=self.device)

    def solve(self, matrices, vectors):
        # Neither call checks: a matrix that is not positive definite gives a step that is then refused.
        factors, _ = self.xp.linalg.cholesky_ex(matrices)
        return self.xp.cholesky_solve(vectors[..., None], factors)[..., 0]

    def to_numpy(self, array):
        return array.cpu().numpy()

    def wait(self):
        if self.device.type == "cuda":
            self.xp.cuda.synchronize(self.device)


def chinchilla(xp, columns, p):
    """exp(a - alpha*ln N) + exp(b - beta*ln D) + E [fits x points], and its Jacobian [fits x points x 5]."""
    ln_n, ln_d = columns
    a, b, alpha, beta, offset = (p[:, i, None] for i in range(5))
    first, second = xp.exp(a - alpha * ln_n), xp.exp(b - beta * ln_d)
    return first + second + offset, xp.stack([first, second, -ln_n * first, -ln_d * second, xp.ones_like(first)], -1)


def sigmoid(xp, columns, p):
    """a / (1 + exp(-k*(x - L0))) + b [fits x points], and its Jacobian [fits x points x 4]."""
    a, middle, k, b = (p[:, i, None] for i in range(4))
    shifted = columns[0] - middle
    s = 1.0 / (1.0 + xp.exp(-k * shifted))
    slope = a * s * (1.0 - s)
    return a * s + b, xp.stack([s, -k * slope, slope * shifted, xp.ones_like(s)], -1)


FORMS = {"chinchilla": chinchilla, "sigmoid": sigmoid}


class Regression:
    """A problem of the exchange format; parameters are [fits x parameters] throughout."""

    def __init__(self, arrays, problem):
        self.arrays = arrays
        self.xp = arrays.xp
        self.form = FORMS[problem["form"]]
        self.columns = [arrays.array(c) for c in problem["columns"]]
        self.log = problem["residual"] == "log"
        response = np.asarray(problem["response"], dtype=float)
        self.observed = arrays.array(np.log(response) if self.log else response)
        loss = problem["loss"]
        self.delta = loss["delta"] if loss["kind"] == "huber" else None
        lower = np.array([-np.inf if b is None else b for b in problem["lower"]])
        upper = np.array([np.inf if b is None else b for b in problem["upper"]])
        below, above = np.isfinite(lower), np.isfinite(upper)
        self.both, self.one = arrays.flags(below & above), arrays.flags(below ^ above)
        self.sign = arrays.array(np.where(below, 1.0, -1.0))
        self.edge = arrays.array(np.where(below, lower, np.where(above, upper, 0.0)))
        self.width = arrays.array(np.where(below & above, np.where(above, upper, 1) - np.where(below, lower, 0), 1.0))
        self.unit = arrays.array(np.eye(len(lower)))

    def residuals(self, p):
        """Residuals and their Jacobian in the bounded parameters."""
        f, jacobian = self.form(self.xp, self.columns, p)
        if self.log:
            return self.xp.log(f) - self.observed, jacobian / f[..., None]
        return f - self.observed, jacobian

    def objective_and_gradient(self, p):
        """Sum of losses, 0.5 r^2 within delta and delta*(|r| - delta/2) beyond, and its gradient."""
        xp = self.xp
        r, jacobian = self.residuals(p)
        psi = r if self.delta is None else xp.clip(r, -self.delta, self.delta)
        return xp.sum(psi * (r - 0.5 * psi), -1), xp.einsum("fi,fij->fj", psi, jacobian)

    def outer(self, q):
        """The bounded parameters from the unbounded, and their slopes."""
        xp = self.xp
        bounded = xp.where(self.one, self.edge + self.sign * q * q, q)
        slope = xp.where(self.one, 2 * self.sign * q, xp.ones_like(q))
        sine = self.edge + 0.5 * self.width * (xp.sin(q) + 1)
        return xp.where(self.both, sine, bounded), xp.where(self.both, 0.5 * self.width * xp.cos(q), slope)

    def inner(self, p):
        xp = self.xp
        distance = self.sign * (p - self.edge)
        share = xp.clip(distance / self.width, OFF, 1 - OFF)
        square = xp.sqrt(xp.clip(distance, OFF, None))
        return xp.where(self.both, xp.arcsin(2 * share - 1), xp.where(self.one, square, p))

    def model(self, q):
        """Half the sum of squares of the roots of twice the loss, its gradient, and J'J, of each fit."""
        xp = self.xp
        p, slope = self.outer(q)
        r, jacobian = self.residuals(p)
        jacobian = jacobian * slope[:, None, :]
        if self.delta is not None:
            size = xp.abs(r)
            beyond = size > self.delta
            root = xp.where(beyond, xp.sqrt(xp.clip(2 * size - self.delta, self.delta, None) * self.delta), size)
            shrink = xp.where(beyond, self.delta / xp.clip(root, self.delta, None), xp.ones_like(root))
            jacobian = jacobian * shrink[..., None]
            r = xp.copysign(root, r)
        gradient = xp.einsum("fi,fij->fj", r, jacobian)
        return 0.5 * xp.sum(r * r, -1), gradient, xp.einsum("fij,fik->fjk", jacobian, jacobian)

    def begin(self, starts):
        """State: parameters, objective, gradient, matrix, damping, its factor after a rejected step, ended, iterations."""
        xp = self.xp
        q = self.inner(starts)
        cost, gradient, matrix = self.model(q)
        damping = FIRST_DAMPING * xp.amax(xp.diagonal(matrix, 0, -2, -1), -1)
        usable = xp.isfinite(cost)
        cost = xp.where(usable, cost, xp.full_like(cost, np.inf))
        return [q, cost, gradient, matrix, damping, xp.full_like(damping, 2.0), ~usable, xp.zeros_like(damping)]

    def step(self, state):
        """One damped step of every fit; one that has ended stays as it is."""
        xp = self.xp
        q, cost, gradient, matrix, damping, rise, ended, iterations = state
        s = -self.arrays.solve(matrix + damping[:, None, None] * self.unit, gradient)
        trial_cost, trial_gradient, trial_matrix = self.model(q + s)
        predicted = 0.5 * xp.sum(s * (damping[:, None] * s - gradient), -1)
        fall = cost - trial_cost
        taken = (fall > 0) & ~ended
        eased = xp.clip(damping * xp.clip(1.0 - (2.0 * fall / predicted - 1.0) ** 3, 1.0 / 3.0, None), 1e-300, None)
        settled = taken & (fall <= TOLERANCE * cost)
        # No step that can be told from none lowers the objective: the end too.
        stuck = ~taken & (xp.amax(xp.abs(s), -1) <= 1e-14 * (1e-3 + xp.amax(xp.abs(q), -1)))
        return [
            xp.where(taken[:, None], q + s, q),
            xp.where(taken, trial_cost, cost),
            xp.where(taken[:, None], trial_gradient, gradient),
            xp.where(taken[:, None, None], trial_matrix, matrix),
            xp.where(ended, damping, xp.where(taken, eased, damping * rise)),
            xp.where(ended, rise, xp.where(taken, xp.full_like(rise, 2.0), 2.0 * rise)),
            ended | settled | stuck,
            xp.where(ended, iterations, iterations + 1.0),
        ]


def solve(regression, starts):
    """Solutions [fits x parameters] and iterations [fits] from starts [fits x parameters]."""
    xp = regression.xp
    state = regression.begin(starts)
    found, iterations = xp.zeros_like(starts), xp.zeros_like(starts[:, 0])
    places = xp.cumsum(xp.ones_like(iterations), 0) - 1
    places = places.astype(int) if xp is np else places.long()

    def put_away(state, places):
        found[places] = state[0]
        iterations[places] = state[7]

    for round_ in range(ITERATIONS):
        if round_ % LOOK == 0:
            going = ~state[6]
            count = int(going.sum())
            if count == 0:
                break
            if count <= 0.75 * len(places):
                put_away(state, places)
                state, places = [part[going] for part in state], places[going]
        state = regression.step(state)
    put_away(state, places)
    return regression.outer(found)[0], iterations


def run(arrays, problem, seconds, batch):
    regression = Regression(arrays, problem)
    given = np.array(problem["starts"], dtype=float)
    count = len(given)
    starts = arrays.array(np.resize(given, (max(batch, count), given.shape[1])))
    solve(regression, starts)
    arrays.wait()
    elapsed, solved = 0.0, 0
    processor = time.process_time()
    while solved == 0 or elapsed < seconds:
        begin = time.perf_counter()
        parameters, iterations = solve(regression, starts)
        arrays.wait()
        elapsed += time.perf_counter() - begin
        solved += len(starts)
    processor = time.process_time() - processor
    parameters, iterations = (arrays.to_numpy(part[:count]) for part in (parameters, iterations))
    objective, _ = Regression(NumPy(), problem).objective_and_gradient(parameters)
    return {
        "name": problem["name"],
        "starts": count,
        "seconds": elapsed,
        "processorSeconds": processor,
        "batch": solved,
        # JSON has no NaN or infinity.
        "objective": [float(f) if np.isfinite(f) else None for f in objective],
        "iterations": [int(n) for n in iterations],
        "parameters": parameters.tolist(),
    }


def evaluate(arrays, problem):
    """The objective and its gradient at the starts: what the tests compare between programs."""
    values, gradients = Regression(arrays, problem).objective_and_gradient(arrays.array(problem["starts"]))
    return {
        "name": problem["name"],
        "starts": len(problem["starts"]),
        "seconds": 0,
        "processorSeconds": 0,
        "objective": arrays.to_numpy(values).tolist(),
        "gradient": arrays.to_numpy(gradients).tolist(),
        "iterations": [0] * len(problem["starts"]),
    }


def main():
    words = sys.argv[1:]
    batch = int(words[words.index("--batch") + 1]) if "--batch" in words else 0
    input_path, output_path = [w for i, w in enumerate(words) if not w.startswith("--") and words[i - 1] != "--batch"]
    arrays = NumPy() if "--numpy" in words else Torch()
    with open(input_path) as file:
        request = json.load(file)
    with np.errstate(all="ignore"):
        if request.get("evaluate"):
            results = [evaluate(arrays, p) for p in request["problems"]]
        else:
            results = [run(arrays, p, request["seconds"], batch) for p in request["problems"]]
    with open(output_path, "w") as file:
        json.dump({"program": "torch-lm", "version": arrays.version, "results": results}, file)


if __name__ == "__main__":
    main()
