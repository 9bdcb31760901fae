import { afterAll, describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import type { Fit } from "../../src/identifiability/fit.ts";
import { spreadOf, standardErrors } from "../../src/identifiability/spread.ts";
import { randomStream } from "../../src/random.ts";
import { openBackend } from "../../src/solve/backends.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { known } from "./known.ts";

const backend = await openBackend("cpu", 1);
afterAll(() => backend.close());

const form = getForm("chinchilla")!;
const names = form.parameterNames;
const truth = Float64Array.of(Math.log(482), Math.log(2085), 0.348, 0.366, 1.817);

/** Sizes from 5e7 to 1.6e10 at 1 to 300 tokens a parameter, as published sweeps have them. */
function designOf(runs: number, checkpoints: number) {
  const points = Array.from({ length: runs }, (_, r) => {
    const n = 5e7 * 320 ** ((r % 20) / 19);
    const last = n * 300 ** (Math.floor(r / 20) / (runs / 20 - 1));
    return Array.from({ length: checkpoints }, (_, k) => ({
      n,
      d: (last * (k + 1 + checkpoints)) / (2 * checkpoints),
    }));
  });
  return { points, runs: { runs: points.map((_, r) => `r${r}`), runLengths: points.map(() => checkpoints) } };
}

interface Study {
  runs: number;
  checkpoints: number;
  /** Standard deviation of a point's logarithm, at its tokens a parameter. */
  noise: (ratio: number) => number;
  tables: number;
  delta: number;
}

/** Of each parameter: mean standard error by runs over the tables, by the standard deviation of the estimates. */
async function ratios({ runs, checkpoints, noise, tables, delta }: Study): Promise<number[]> {
  const design = designOf(runs, checkpoints);
  const points = design.points.flat();
  const variables = [Float64Array.from(points, ({ n }) => n), Float64Array.from(points, ({ d }) => d)];
  const stream = randomStream(`${runs} runs of ${checkpoints}`);
  const problems = Array.from({ length: tables }, (_, t): Problem => {
    const response = Float64Array.from(
      design.points.flatMap((run) => {
        // A run's checkpoints share half of the variance.
        const ofRun = stream.normal();
        return run.map(({ n, d }) => {
          const unit = checkpoints > 1 ? (ofRun + stream.normal()) / Math.SQRT2 : ofRun;
          return form.value(truth, [n, d]) * Math.exp(noise(d / n) * unit);
        });
      }),
    );
    const loss = { kind: "huber", delta } as const;
    return { form, variables, response, loss, residual: "log", givenStarts: [truth], key: `table ${t}` };
  });
  const solved = await solveProblemsOn(backend, problems, { starts: 1 });
  const estimates: Float64Array[] = [];
  const errors: Float64Array[] = [];
  solved.forEach((result, t) => {
    if ("skipped" in result) throw new Error(result.skipped.reason);
    const { parameters } = result.solution;
    const fit: Fit = { problem: problems[t]!, parameters, runs: design.runs };
    estimates.push(parameters);
    errors.push(standardErrors(known(spreadOf(fit, "runs"))));
  });
  const mean = (values: number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  return names.map((_, p) => {
    const own = estimates.map((one) => one[p]!);
    const middle = mean(own);
    return mean(errors.map((one) => one[p]!)) / Math.sqrt(mean(own.map((one) => (one - middle) ** 2)));
  });
}

function expectHonest(found: readonly number[]): void {
  names.forEach((name, p) => {
    expect(Math.abs(found[p]! - 1), `${name}: ${found[p]} times the standard deviation`).toBeLessThan(0.1);
  });
}

describe("standard errors of Huber fits against the standard deviation over simulated tables", () => {
  const falling = (ratio: number): number => 0.01 / Math.sqrt(ratio / 20);

  test.runIf(wholeCrosses)("one point a run, noise that falls with tokens a parameter", async () => {
    expectHonest(await ratios({ runs: 240, checkpoints: 1, noise: falling, tables: 400, delta: 1e-3 }));
  });

  test("several checkpoints a run", async () => {
    expectHonest(await ratios({ runs: 120, checkpoints: 4, noise: falling, tables: 200, delta: 1e-3 }));
  });

  test.runIf(wholeCrosses)("noise that is least in the middle", async () => {
    const hump = (ratio: number): number => 0.003 + 0.003 * Math.log(ratio / 20) ** 2;
    expectHonest(await ratios({ runs: 240, checkpoints: 1, noise: hump, tables: 400, delta: 1e-3 }));
  });

  test.runIf(wholeCrosses)("a delta among the residuals", async () => {
    expectHonest(await ratios({ runs: 240, checkpoints: 1, noise: falling, tables: 400, delta: 0.01 }));
  });

  test.runIf(wholeCrosses)("noise that is the same everywhere", async () => {
    expectHonest(await ratios({ runs: 240, checkpoints: 1, noise: () => 0.01, tables: 400, delta: 1e-3 }));
  });
});
