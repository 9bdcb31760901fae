"""JAX as a peer of the benchmark: vmapped Levenberg-Marquardt in float64, the whole batch at once on the GPU.

    python3 jax_peer.py INPUT.json OUTPUT.json [--batch N] [--numpy]

The exchange format is described in bench/README.md. What a careful user of JAX would write: one fit's step with its
analytic Jacobian, vmapped over the starts, jitted, in a while loop that ends when every fit has, each fit's state kept
by a mask once it has. Set up like cminpack, the peer that is best on these problems: signed square roots of twice the
loss as residuals, bounds by substitution (a square for one, a sine for two).

--batch N   fits solved at once; the starts given are repeated until there are as many [default: as many as given].
            The answer has those given, and `batch`: how many were solved in `seconds`
--numpy     the same functions in NumPy, one fit after the other, for tests where there is no JAX

Compilation is not counted: the batch is solved once before the clock starts.
"""

import json
import sys
import time

sys.dont_write_bytecode = True  # no cache folder in the source tree

import numpy as np

ITERATIONS = 500
FIRST_DAMPING = 10.0  # of the largest element of J'J's diagonal: of 1e-6 to 10, what brings most starts to the best
TOLERANCE = 1e-12  # relative fall of the objective at which a fit has ended
OFF = 1e-8  # a start on a bound is moved off it, where the slope of the substitution would be 0


def chinchilla(xp, columns, p):
    """exp(a - alpha*ln N) + exp(b - beta*ln D) + E, and its Jacobian [points x 5]."""
    ln_n, ln_d = columns
    first, second = xp.exp(p[0] - p[2] * ln_n), xp.exp(p[1] - p[3] * ln_d)
    jacobian = xp.stack([first, second, -ln_n * first, -ln_d * second, xp.ones_like(first)], axis=1)
    return first + second + p[4], jacobian


def sigmoid(xp, columns, p):
    """a / (1 + exp(-k*(x - L0))) + b, and its Jacobian [points x 4]."""
    shifted = columns[0] - p[1]
    s = 1.0 / (1.0 + xp.exp(-p[2] * shifted))
    slope = p[0] * s * (1.0 - s)
    return p[0] * s + p[3], xp.stack([s, -p[2] * slope, slope * shifted, xp.ones_like(s)], axis=1)


FORMS = {"chinchilla": chinchilla, "sigmoid": sigmoid}


class Regression:
    """A problem of the exchange format; `xp` is NumPy or jax.numpy."""

    def __init__(self, xp, problem):
        self.xp = xp
        self.form = FORMS[problem["form"]]
        self.columns = [xp.asarray(c, dtype=float) for c in problem["columns"]]
        self.log = problem["residual"] == "log"
        response = xp.asarray(problem["response"], dtype=float)
        self.observed = xp.log(response) if self.log else response
        loss = problem["loss"]
        self.delta = loss["delta"] if loss["kind"] == "huber" else None
        lower = np.array([-np.inf if b is None else b for b in problem["lower"]])
        upper = np.array([np.inf if b is None else b for b in problem["upper"]])
        below, above = np.isfinite(lower), np.isfinite(upper)
        self.both, self.one = xp.asarray(below & above), xp.asarray(below ^ above)
        self.sign = xp.asarray(np.where(below, 1.0, -1.0))
        self.edge = xp.asarray(np.where(below, lower, np.where(above, upper, 0.0)))
        self.width = xp.asarray(np.where(below & above, np.where(above, upper, 1) - np.where(below, lower, 0), 1.0))

    def residuals(self, p):
        """Residuals and their Jacobian in the bounded parameters."""
        f, jacobian = self.form(self.xp, self.columns, p)
        if self.log:
            return self.xp.log(f) - self.observed, jacobian / f[:, None]
        return f - self.observed, jacobian

    def objective_and_gradient(self, p):
        """Sum of losses, 0.5 r^2 within delta and delta*(|r| - delta/2) beyond, and its gradient."""
        xp = self.xp
        r, jacobian = self.residuals(p)
        psi = r if self.delta is None else xp.clip(r, -self.delta, self.delta)
        return xp.sum(psi * (r - 0.5 * psi)), psi @ jacobian

    def outer(self, q):
        """The bounded parameters from the unbounded, and their slopes."""
        xp = self.xp
        bounded = xp.where(self.one, self.edge + self.sign * q * q, q)
        slope = xp.where(self.one, 2 * self.sign * q, 1.0)
        sine = self.edge + 0.5 * self.width * (xp.sin(q) + 1)
        return xp.where(self.both, sine, bounded), xp.where(self.both, 0.5 * self.width * xp.cos(q), slope)

    def inner(self, p):
        xp = self.xp
        distance = self.sign * (p - self.edge)
        share = xp.clip(distance / self.width, OFF, 1 - OFF)
        square = xp.sqrt(xp.maximum(distance, OFF))
        return xp.where(self.both, xp.arcsin(2 * share - 1), xp.where(self.one, square, p))

    def model(self, q):
        """Half the sum of squares of the roots of twice the loss, its gradient, and J'J."""
        xp = self.xp
        p, slope = self.outer(q)
        r, jacobian = self.residuals(p)
        jacobian = jacobian * slope
        if self.delta is not None:
            size = xp.abs(r)
            beyond = size > self.delta
            root = xp.where(beyond, xp.sqrt(xp.maximum(2 * size - self.delta, self.delta) * self.delta), size)
            jacobian = xp.where(beyond[:, None], jacobian * (self.delta / xp.where(beyond, root, 1.0))[:, None], jacobian)
            r = xp.copysign(root, r)
        return 0.5 * (r @ r), r @ jacobian, jacobian.T @ jacobian

    def begin(self, start):
        xp = self.xp
        q = self.inner(start)
        cost, gradient, matrix = self.model(q)
        damping = FIRST_DAMPING * xp.max(xp.diagonal(matrix))
        usable = xp.isfinite(cost)
        # (parameters, objective, gradient, matrix, damping, its factor after a rejected step, ended, iterations)
        return q, xp.where(usable, cost, xp.inf), gradient, matrix, damping, damping * 0 + 2.0, ~usable, damping * 0

    def step(self, state):
        """One damped step; a fit that has ended stays as it is."""
        xp = self.xp
        q, cost, gradient, matrix, damping, rise, ended, iterations = state
        damped = matrix + damping * xp.eye(len(q))
        s = -xp.linalg.solve(damped, gradient[:, None])[:, 0]
        trial_cost, trial_gradient, trial_matrix = self.model(q + s)
        predicted = 0.5 * (s @ (damping * s - gradient))
        fall = cost - trial_cost
        taken = (fall > 0) & ~ended
        ratio = fall / predicted
        eased = damping * xp.maximum(1.0 / 3.0, 1.0 - (2.0 * ratio - 1.0) ** 3)
        settled = taken & (fall <= TOLERANCE * cost)
        # No step that can be told from none lowers the objective: the end too.
        stuck = ~taken & (xp.max(xp.abs(s)) <= 1e-14 * (1e-3 + xp.max(xp.abs(q))))
        return (
            xp.where(taken, q + s, q),
            xp.where(taken, trial_cost, cost),
            xp.where(taken, trial_gradient, gradient),
            xp.where(taken, trial_matrix, matrix),
            xp.where(ended, damping, xp.where(taken, xp.maximum(eased, 1e-300), damping * rise)),
            xp.where(taken, 2.0, xp.where(ended, rise, 2.0 * rise)),
            ended | settled | stuck,
            iterations + xp.where(ended, 0.0, 1.0),
        )


def solve_in_numpy(regression, starts):
    """[(parameters, iterations)] of each start, one after the other."""
    found = []
    for start in starts:
        state = regression.begin(start)
        for _ in range(ITERATIONS):
            if state[6]:
                break
            state = regression.step(state)
        found.append((regression.outer(state[0])[0], int(state[7])))
    return np.array([p for p, _ in found]), [n for _, n in found]


def solver_in_jax(regression):
    """A compiled function from starts [n x parameters] to solutions and iterations."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    begin, step = jax.vmap(regression.begin), jax.vmap(regression.step)
    outer = jax.vmap(lambda q: regression.outer(q)[0])

    @jax.jit
    def solve(starts):
        def unfinished(loop):
            state, round_ = loop
            return (round_ < ITERATIONS) & ~jnp.all(state[6])

        state, _ = lax.while_loop(unfinished, lambda loop: (step(loop[0]), loop[1] + 1), (begin(starts), 0))
        return outer(state[0]), state[7]

    return solve


def run(xp, problem, seconds, batch):
    regression = Regression(xp, problem)
    given = np.array(problem["starts"], dtype=float)
    count = len(given)
    if xp is np:
        begin, processor = time.perf_counter(), time.process_time()
        parameters, iterations = solve_in_numpy(regression, given)
        elapsed, solved = time.perf_counter() - begin, count
        processor = time.process_time() - processor
    else:
        solve = solver_in_jax(regression)
        starts = xp.asarray(np.resize(given, (max(batch, count), given.shape[1])))
        solve(starts)[0].block_until_ready()
        elapsed, solved = 0.0, 0
        processor = time.process_time()
        while solved == 0 or elapsed < seconds:
            begin = time.perf_counter()
            found = solve(starts)
            found[0].block_until_ready()
            elapsed += time.perf_counter() - begin
            solved += len(starts)
        processor = time.process_time() - processor
        parameters = np.asarray(found[0][:count])
        iterations = [int(n) for n in np.asarray(found[1][:count])]
    check = Regression(np, problem)
    objective = [float(check.objective_and_gradient(p)[0]) for p in parameters]
    return {
        "name": problem["name"],
        "starts": count,
        "seconds": elapsed,
        "processorSeconds": processor,
        "batch": solved,
        # JSON has no NaN or infinity.
        "objective": [f if np.isfinite(f) else None for f in objective],
        "iterations": iterations,
        "parameters": [p.tolist() for p in parameters],
    }


def evaluate(xp, problem):
    """The objective and its gradient at the starts: what the tests compare between programs."""
    regression = Regression(xp, problem)
    values = [regression.objective_and_gradient(xp.asarray(s, dtype=float)) for s in problem["starts"]]
    return {
        "name": problem["name"],
        "starts": len(values),
        "seconds": 0,
        "processorSeconds": 0,
        "objective": [float(f) for f, _ in values],
        "gradient": [np.asarray(g).tolist() for _, g in values],
        "iterations": [0] * len(values),
    }


def main():
    words = sys.argv[1:]
    in_numpy = "--numpy" in words
    batch = int(words[words.index("--batch") + 1]) if "--batch" in words else 0
    input_path, output_path = [w for i, w in enumerate(words) if not w.startswith("--") and words[i - 1] != "--batch"]
    if in_numpy:
        xp, version = np, f"numpy {np.__version__}"
    else:
        import jax

        jax.config.update("jax_enable_x64", True)
        import jax.numpy as xp

        version = f"{jax.__version__}, {jax.devices()[0].device_kind}"
    with open(input_path) as file:
        request = json.load(file)
    with np.errstate(all="ignore"):
        if request.get("evaluate"):
            results = [evaluate(xp, p) for p in request["problems"]]
        else:
            results = [run(xp, p, request["seconds"], batch) for p in request["problems"]]
    with open(output_path, "w") as file:
        json.dump({"program": "jax-lm", "version": version, "results": results}, file)


if __name__ == "__main__":
    main()
