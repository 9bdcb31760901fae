"""Trains many small networks at once with NumPy: the peer of bench/networks.mjs.

    python3 numpy_networks.py INPUT.json OUTPUT.json

INPUT: {x: inputs x points, y: points, starts: networks x parameters, hidden, steps, learningRate, weightDecay}; a network's
parameters are, unit by unit, its bias and weights, then the output's bias and weights. OUTPUT: {seconds, batch, objective}.

Adam on all points at every step, float64, all networks of a batch in one array: the two products with the inputs are one
matrix product each (BLAS, one thread), everything else is done in place. The batch is the fastest of some that are tried
before; the clock runs over the training alone.
"""

import json
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import numpy as np  # noqa: E402


def train(x, y, start, hidden, steps, rate, decay):
    """Trains the networks whose parameters are the rows of start; returns sum of r^2 / 2 of each."""
    count, points, inputs = len(start), len(y), x.shape[1]
    p = start.copy()
    mean, square, gradient, work = (np.zeros_like(p) for _ in range(4))
    units = inputs + 1
    layer = p[:, : hidden * units].reshape(count, hidden, units)
    layer_gradient = gradient[:, : hidden * units].reshape(count, hidden, units)
    bias, weights = p[:, hidden * units], p[:, hidden * units + 1 :]
    with_one = np.hstack([np.ones((points, 1)), x])  # the bias is the weight of a one
    # [count * hidden, points]: one row of points a unit
    active = np.empty((count * hidden, points))
    slope = np.empty((count, hidden, points))

    def forward():
        np.matmul(layer.reshape(count * hidden, units), with_one.T, out=active)
        np.maximum(active, 0, out=active)
        by_unit = active.reshape(count, hidden, points)
        residual = np.matmul(weights[:, None, :], by_unit)[:, 0, :]
        residual += bias[:, None]
        residual -= y
        return by_unit, residual

    for step in range(steps):
        by_unit, residual = forward()
        residual *= 2 / points
        gradient[:, hidden * units] = residual.sum(axis=1)
        gradient[:, hidden * units + 1 :] = np.matmul(by_unit, residual[:, :, None])[:, :, 0]
        np.multiply(weights[:, :, None], residual[:, None, :], out=slope)
        slope *= by_unit > 0
        layer_gradient[...] = np.matmul(slope.reshape(count * hidden, points), with_one).reshape(count, hidden, units)
        gradient += decay * p
        mean *= 0.9
        mean += 0.1 * gradient
        square *= 0.999
        np.multiply(gradient, gradient, out=work)
        work *= 0.001
        square += work
        np.sqrt(square, out=work)
        work /= np.sqrt(1 - 0.999 ** (step + 1))
        work += 1e-8
        np.divide(mean, work, out=work)
        work *= rate * (1 - step / steps) / (1 - 0.9 ** (step + 1))
        p -= work
    _, residual = forward()
    return (residual**2).sum(axis=1) / 2


def main():
    with open(sys.argv[1]) as file:
        given = json.load(file)
    x, y = np.array(given["x"]).T.copy(), np.array(given["y"])
    starts = np.array(given["starts"])
    how = (given["hidden"], given["steps"], given["learningRate"], given["weightDecay"])

    def seconds_of(batch, steps):
        begin = time.perf_counter()
        train(x, y, starts[:batch], how[0], steps, *how[2:])
        return time.perf_counter() - begin

    batches = [size for size in (8, 16, 32, 64, 128, 256, 512, 1024) if size <= len(starts)] or [len(starts)]
    seconds_of(batches[0], 20)
    batch = min(batches, key=lambda size: seconds_of(size, 100) / size)
    begin = time.perf_counter()
    objective = np.concatenate([train(x, y, starts[at : at + batch], *how) for at in range(0, len(starts), batch)])
    seconds = time.perf_counter() - begin
    with open(sys.argv[2], "w") as file:
        json.dump({"seconds": seconds, "batch": batch, "objective": objective.tolist()}, file)


main()
