import { expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { prepareSweep } from "../../../src/spec/prepare-sweep.ts";
import type { SweepSpec } from "../../../src/spec/spec.ts";
import { columnOf, findColumn, numberAt, rowsOf, type Table, textAt } from "../../../src/tables/table.ts";
import { messageOf, temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";

const { file } = temporaryFolder();

const LOSSES = [3.4969, 3.2375, 3.0695, 2.9431, 3.0095, 2.7621, 2.572, 2.4757, 2.7417, 2.5173, 2.3163, 2.217];
const SCORES = [0.21, 0.27, 0.31, 0.36, 0.33, 0.41, 0.5, 0.54, 0.42, 0.52, 0.63, 0.69];
const rows = [2e9, 2e10, 2e11].flatMap((d) => [1e8, 3e8, 1e9, 3e9].map((n) => ({ n, d })));
const lines = rows.map(({ n, d }, i) => `r${i},${n},${d},task,${LOSSES[i]},${SCORES[i]}\n`);
const table = file("runs.csv", `run,n,d,subject,loss,accuracy\n${lines.join("")}`);

const spec: SweepSpec = { table, method: "ladder", targets: "7B@2T", backend: "cpu" };
const plain = { link: "linear", anchor: false, loss1: "squared", final_window: 1, smoothing_window: 1 };
const ownLaw = "E + A/N^alpha + B/D^beta";

/** Parameters of the stages of a task by name. */
function parametersOf(parameters: Table): Record<string, number> {
  return Object.fromEntries(
    rowsOf(parameters).map((row) => [
      textAt(parameters, "parameter", row),
      numberAt(parameters, "value", row),
    ]),
  );
}

// SciPy 1.17: least_squares with x_scale="jac", jac="3-point" and tolerances of 1e-15, six times from its own end. Its Huber loss of
// f_scale 0.01 is twice that of delta 0.01.
const SCIPY = [
  [
    "plain",
    "squared",
    { E: 1.67833221, A: 451.146136, alpha: 0.345252831, B: 360.563821, beta: 0.273469004 },
  ],
  [
    "relative",
    "squared",
    { E: 1.68135086, A: 456.427459, alpha: 0.346078657, B: 361.134485, beta: 0.273603901 },
  ],
  ["log", "squared", { E: 1.68138355, A: 455.799827, alpha: 0.345996547, B: 361.473016, beta: 0.273652944 }],
  [
    "plain",
    "huber:0.01",
    { E: 1.67962322, A: 483.006761, alpha: 0.34932289, B: 350.412509, beta: 0.271948435 },
  ],
] as const;
/** Of the same law as the form of the package. */
const BUILT_IN = [
  [...SCIPY[1], "relative", "chinchilla"],
  [
    "log",
    "huber:0.003",
    { E: 1.68643736, A: 541.622405, alpha: 0.356299207, B: 341.112303, beta: 0.270550479 },
    "plain",
    "chinchilla",
  ],
] as const;
const LINKS = {
  plain: { w0: 1.47616814, w1: -0.37543595 },
  log: { w0: 1.34983477, w1: -0.33124744 },
  relative: { w0: 1.34467735, w1: -0.33021652 },
};

// The first four by `npm run test:all`: a kernel of each step more, with resamples and without, for each. The others have kernels that
// other tests need too.
const rowsOfScipy = [
  ...(wholeCrosses ? SCIPY.map((row) => [...row, row[0], ownLaw] as const) : []),
  ...BUILT_IN,
];

test.each(rowsOfScipy)(
  "step 1 with %s residuals and loss %s, and a line as step 2, are SciPy's",
  async (residual, loss1, law, residual2, lawName) => {
    const { tables } = await runSweep({
      ...spec,
      axes: { ...plain, law: lawName, residual1: residual, residual2, loss1 },
      bootstrap: { resamples: 3, intervals: "percentile", purposes: ["curve", "run"] },
    });
    const found = parametersOf(tables.parameters);
    // The form of the package has the logarithms of A and B.
    found.A ??= Math.exp(found.a!);
    found.B ??= Math.exp(found.b!);
    for (const [name, value] of Object.entries({ ...law, ...LINKS[residual2] })) {
      expect(Math.abs(found[name]! / value - 1), name).toBeLessThan(2e-6);
    }
    expect([...columnOf(tables.fits, "residual").values]).toEqual([residual, residual2]);
    const { w0, w1 } = LINKS[residual2];
    const loss = law.E + law.A / 7e9 ** law.alpha + law.B / 2e12 ** law.beta;
    expect(numberAt(tables.predictions, "predicted", 0)).toBeCloseTo(w0 + w1 * loss, 5);
  },
);

test("steps are fitted on runs of their own, which the tables count and name", async () => {
  const own = { ...plain, runs: "d > 2e9", runs1: ["runs", "n <= 1e9"], runs2: ["runs", "all"] };
  const { tables, manifest } = await runSweep({ ...spec, axes: own });
  const { fits } = tables;
  const said = rowsOf(fits).map((row) => [
    textAt(fits, "stage", row),
    numberAt(fits, "runs", row),
    numberAt(fits, "points", row),
    columnOf(fits, "runs_filter").values[row],
  ]);
  expect(said).toEqual([
    ["step1", 8, 8, "d > 2e9"],
    ["step2", 8, 8, "d > 2e9"],
    ["step2", 12, 12, "all"],
    ["step1", 9, 9, "n <= 1e9"],
  ]);
  expect([...columnOf(tables.cells, "runs1").values]).toEqual(["runs", "runs", "n <= 1e9", "n <= 1e9"]);
  expect(JSON.stringify(manifest.sweep)).toContain('"runs1":["runs","n <= 1e9"]');
});

test("a filter that leaves no run skips the stage with the reason; a sweep without filters of steps has no column of them", async () => {
  const { tables } = await runSweep({
    ...spec,
    axes: { ...plain, runs1: ["n > 1e12", "all"], runs2: "d > 1" },
  });
  const skipped = tables.problems_skipped;
  expect(rowsOf(skipped).map((row) => textAt(skipped, "reason", row))).toEqual([
    "no fit run of those with n > 1e12 has loss of task",
  ]);
  expect(tables.predictions.rows).toBe(1);
  const { tables: usual } = await runSweep({ ...spec, axes: { ...plain, runs: "d > 2e9" } });
  expect(findColumn(usual.fits, "runs_filter")).toBeUndefined();
  expect(findColumn(usual.cells, "runs1")).toBeUndefined();
});

test("method flp has them too", async () => {
  const { plan } = await prepareSweep({
    ...spec,
    method: "flp",
    axes: {
      feature: "loss",
      emerged: false,
      runs1: "n <= 1e9",
      runs2: "n > 1e8",
      residual1: "relative",
      residual2: "log",
    },
  });
  const [step1, step2] = plan.cells[0]!.plan.stages;
  expect(step1).toMatchObject({ filter: "n <= 1e9", problem: { residual: "relative" } });
  expect(step2).toMatchObject({ filter: "n > 1e8", problem: { residual: "log" } });
  expect(plan.cells[0]!.plan.fitRuns).toHaveLength(12);
});

test.each([
  [
    { runs2: "m > 3" },
    /axes\.runs2: "m > 3": .*m.*allowed: all, or an SQL predicate on the columns run, family/,
  ],
  [{ residual1: "logg" }, /axes\.residual1: "logg"; allowed: log, plain, relative; did you mean "log"\?/],
])("a mistake in %j is one line", async (given, message) => {
  expect(await messageOf(prepareSweep({ ...spec, axes: { ...plain, ...given } }))).toMatch(message);
});
