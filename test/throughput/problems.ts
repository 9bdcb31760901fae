import type { PeerProblem } from "../../src/throughput/exchange.ts";

/** 16 points of a chinchilla curve whose logarithms are off by up to 1 %, the same every time. */
export function chinchillaProblem(change: Partial<PeerProblem> = {}): PeerProblem {
  const lnN: number[] = [];
  const lnD: number[] = [];
  for (const n of [2e8, 4e8, 8e8, 1.3e9]) {
    for (const multiple of [20, 40, 100, 200]) {
      lnN.push(Math.log(n));
      lnD.push(Math.log(n * multiple));
    }
  }
  return {
    name: "curve",
    form: "chinchilla",
    columns: [lnN, lnD],
    response: lnN.map(
      (n, i) =>
        (Math.exp(5 - 0.35 * n) + Math.exp(6 - 0.33 * lnD[i]!) + 0.5) * Math.exp(0.01 * Math.sin(7 * i)),
    ),
    loss: { kind: "huber", delta: 1e-3 },
    residual: "log",
    lower: [0, 0, 0, 0, 0],
    upper: [null, null, null, null, null],
    starts: [
      [4, 5, 0.3, 0.3, 0.4],
      [6, 7, 0.4, 0.35, 0.6],
      [3, 6, 0.1, 0.2, 1],
    ],
    ...change,
  };
}

/** 60 points of a falling sigmoid, off by up to 0.01. */
export function sigmoidProblem(change: Partial<PeerProblem> = {}): PeerProblem {
  const x = Array.from({ length: 60 }, (_, i) => i / 40);
  return {
    name: "link",
    form: "sigmoid",
    columns: [x],
    response: x.map((value, i) => -0.7 / (1 + Math.exp(-9 * (value - 0.8))) + 0.95 + 0.01 * Math.cos(5 * i)),
    loss: { kind: "squared" },
    residual: "plain",
    lower: [-1, 0, 0, 0],
    upper: [0, null, null, 1],
    starts: [
      [-0.75, 0.9, 3, 0.9],
      [-0.6, 0.7, 6, 0.8],
    ],
    ...change,
  };
}
