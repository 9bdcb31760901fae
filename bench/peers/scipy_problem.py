"""A problem of the exchange format in NumPy: the forms, the residuals and the objective with its gradient."""

import numpy as np


class Chinchilla:
    """exp(a - alpha*ln N) + exp(b - beta*ln D) + E; parameters (a, b, alpha, beta, E)."""

    def __init__(self, columns):
        ln_n, ln_d = columns
        ones, zeros = np.ones_like(ln_n), np.zeros_like(ln_n)
        # Both exponents are one product: rows are the points' first terms, then their second terms.
        self.design = np.vstack(
            [
                np.column_stack([ones, zeros, -ln_n, zeros]),
                np.column_stack([zeros, ones, zeros, -ln_d]),
            ]
        )
        self.transposed = np.ascontiguousarray(self.design.T)
        self.points = len(ln_n)

    def value(self, p):
        """Prediction at every point, and what `pull_back` and `jacobian` need of it."""
        terms = np.exp(self.design @ p[:4])
        return terms[: self.points] + terms[self.points :] + p[4], terms

    def pull_back(self, p, terms, w, out):
        """out = J^T w, J the Jacobian of the predictions."""
        weighted = (terms.reshape(2, -1) * w).ravel()
        np.dot(self.transposed, weighted, out=out[:4])
        out[4] = w.sum()

    def jacobian(self, p, terms):
        jacobian = np.empty((self.points, 5))
        scaled = self.design * terms[:, None]
        np.add(scaled[: self.points], scaled[self.points :], out=jacobian[:, :4])
        jacobian[:, 4] = 1.0
        return jacobian


class Sigmoid:
    """a / (1 + exp(-k*(x - L0))) + b; parameters (a, L0, k, b)."""

    def __init__(self, columns):
        (self.x,) = columns
        self.points = len(self.x)

    def value(self, p):
        shifted = self.x - p[1]
        s = 1.0 / (1.0 + np.exp(-p[2] * shifted))
        return p[0] * s + p[3], (shifted, s)

    def pull_back(self, p, state, w, out):
        shifted, s = state
        ws = w * s
        slope = ws * (1.0 - s)
        out[0] = ws.sum()
        out[1] = -p[0] * p[2] * slope.sum()
        out[2] = p[0] * (slope @ shifted)
        out[3] = w.sum()

    def jacobian(self, p, state):
        shifted, s = state
        slope = p[0] * s * (1.0 - s)
        return np.column_stack([s, -p[2] * slope, slope * shifted, np.ones_like(s)])


FORMS = {"chinchilla": Chinchilla, "sigmoid": Sigmoid}


class Regression:
    """A problem of the exchange format: form, residual and loss, over arrays that are made once."""

    def __init__(self, problem):
        self.form = FORMS[problem["form"]]([np.array(c, dtype=float) for c in problem["columns"]])
        self.response = np.array(problem["response"], dtype=float)
        self.log = problem["residual"] == "log"
        self.observed = np.log(self.response) if self.log else self.response
        loss = problem["loss"]
        # The squared loss is Huber's with an infinite delta.
        self.delta = loss["delta"] if loss["kind"] == "huber" else np.inf
        self.lower = np.array([-np.inf if b is None else b for b in problem["lower"]])
        self.upper = np.array([np.inf if b is None else b for b in problem["upper"]])

    def residual(self, p):
        prediction, state = self.form.value(p)
        r = (np.log(prediction) if self.log else prediction) - self.observed
        return r, prediction, state

    def objective_and_gradient(self, p):
        """Sum of losses, 0.5 r^2 within delta and delta*(|r| - delta/2) beyond, and its gradient."""
        r, prediction, state = self.residual(p)
        psi = r if self.delta == np.inf else np.minimum(np.maximum(r, -self.delta), self.delta)
        gradient = np.empty(len(p))
        self.form.pull_back(p, state, psi / prediction if self.log else psi, gradient)
        return psi @ (r - 0.5 * psi), gradient

    def residuals(self, p):
        return self.residual(p)[0]

    def jacobian(self, p):
        prediction, state = self.form.value(p)
        jacobian = self.form.jacobian(p, state)
        return jacobian / prediction[:, None] if self.log else jacobian
