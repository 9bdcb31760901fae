import { expect, test } from "vitest";
import { mostCells } from "../../src/methods/cross-axes.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { Interrupted } from "../../src/plan/interrupted.ts";
import { planSweep } from "../../src/plan/plan-sweep.ts";
import { demandMemory } from "../../src/run/needs.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec } from "../../src/spec/spec.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { planRows } from "../run/plan.ts";

const twoTasks = smallLadder(["t", "u"]).map((row) => {
  // Subject u is worse, so that its problems are its own.
  const { loss, accuracy } = row.metrics;
  return row.subject === "u" ? { ...row, metrics: { loss: 2 * loss!, accuracy: accuracy! } } : row;
});

test("the default sweep has one cell a task, and every subject with loss and accuracy is a task", async () => {
  const domain = { run: "2e8", d: 1, subject: "c4", metrics: { loss: 3 } };
  const plan = await planRows({}, [...twoTasks, domain]);
  expect(plan.cells.map(({ id, task }) => [id, task])).toEqual([
    [0, "t"],
    [1, "u"],
  ]);
  expect(plan.shared.problems).toHaveLength(4);
});

test("cells share problems: each distinct one is there once", async () => {
  const plan = await planRows(
    { axes: { link: ["sigmoid", "linear"], final_window: [1, 5], anchor: [true, false] } },
    twoTasks,
  );
  expect(plan.cells).toHaveLength(16);
  expect(plan.shared.regressions).toBe(32);
  // A task: step 1 by final_window (2); step 2 by link and anchor (4).
  expect(plan.shared.problems).toHaveLength(12);
  expect(new Set(plan.shared.problems.map(({ key }) => key)).size).toBe(12);
  expect(plan.shared.uses.filter(({ stage }) => stage === "step1").map(({ cells }) => cells)).toEqual([
    4, 4, 4, 4,
  ]);
});

test("a stage is planned once for the cells that share its choices, and links share the points of their checkpoints", async () => {
  const { cells } = await planRows({
    axes: { link: ["sigmoid", "linear"], loss1: ["huber", "squared"] },
    tasks: ["t"],
  });
  const [step1, step2] = [0, 1].map((place) => cells.map(({ plan }) => plan.stages[place]));
  expect(new Set(step1).size).toBe(2);
  expect(new Set(step2).size).toBe(2);
  const responses = step2!.map((stage) => stage && "problem" in stage && stage.problem.response);
  expect(new Set(responses).size).toBe(1);
});

test("an idle choice makes no new problem", async () => {
  const plan = await planRows({ axes: { delta2: [1e-3, 1e-2] }, tasks: ["t"] });
  expect(plan.cells).toHaveLength(2);
  expect(plan.shared.problems).toHaveLength(2);
});

test("tasks with the same points share problems, which name both", async () => {
  const plan = await planRows({});
  expect(plan.cells).toHaveLength(2);
  expect(plan.shared.problems).toHaveLength(2);
  expect(plan.shared.uses.map(({ tasks }) => [...tasks])).toEqual([
    ["t", "u"],
    ["t", "u"],
  ]);
});

test("a stage that has no points has no key, the other one has", async () => {
  const rows = [...smallLadder(["t"]), { run: "x", n: 1, d: 1, metrics: { loss: 1, ce: 2 } }];
  const { cells } = await planRows({ axes: { feature: ["loss", "ce"] } }, rows);
  expect(cells[1]!.keys[0]).toBeDefined();
  expect(cells[1]!.keys[1]).toBeUndefined();
});

test("too few points are seen before solving", async () => {
  const rows = smallLadder(["t"]).filter(({ n }) => n !== 4e8 && n !== 1.3e9);
  const {
    cells,
    shared: { unsolvable },
  } = await planRows({}, rows);
  expect(unsolvable.get(cells[0]!.keys[0]!)).toBe("3 points for 5 free parameters of form chinchilla");
  expect(unsolvable.has(cells[0]!.keys[1]!)).toBe(false);
});

test("targets are those of the table, narrowed by name, or sizes", async () => {
  expect((await planRows()).targets).toEqual([{ name: "big", n: 7e9, d: 4e12, c: 6 * 7e9 * 4e12 }]);
  const sizes = await planRows({
    targets: ["big", { name: "70B", n: 7e10, d: 2e12 }, { name: "x", n: 1, d: 2, c: 3 }],
  });
  expect(sizes.targets.slice(1)).toEqual([
    { name: "70B", n: 7e10, d: 2e12, c: 6 * 7e10 * 2e12 },
    { name: "x", n: 1, d: 2, c: 3 },
  ]);
});

const noTarget = smallLadder().filter(({ role }) => role !== "target");
test.each([
  [
    "unknown task",
    { tasks: ["T"] },
    undefined,
    'sweep.yaml: unknown task "T"; allowed: t, u; did you mean "t"?',
  ],
  [
    "unknown target",
    { targets: ["bog"] },
    undefined,
    'unknown target "bog"; allowed: big, or a size such as 7B@2T (parameters@tokens); did you mean "big"?',
  ],
  ["doubled target", { targets: ["big", "big"] }, undefined, 'targets: "big" is given twice'],
  ["no target", {}, noTarget, 'no target: made by hand has no run of role "target"'],
  [
    "no such metric",
    { axes: { feature: "losss" } },
    undefined,
    'no column "losss", a metric that the method needs; the metrics are loss, accuracy; did you mean "loss"?',
  ],
  [
    "no subject with the metrics",
    {},
    smallLadder().map((row, i) =>
      i % 2 ? { ...row, subject: "v", metrics: { loss: 1 } } : { ...row, metrics: { accuracy: 1 } },
    ),
    "no subject of made by hand has loss on a fit run and accuracy on a fit run",
  ],
])("%s is refused", async (_, spec, rows, message) => {
  await expect(planRows(spec, rows)).rejects.toThrow(message);
});

test("a metric whose column is mostly text is described", async () => {
  const passedOver = new Map([["ce", '3 of 4 cells are not numbers: 3 of other text ("x")']]);
  await expect(planRows({ axes: { feature: "ce" } }, undefined, { passedOver })).rejects.toThrow(
    'made by hand has no numbers in column "ce" (3 of 4 cells are not numbers: 3 of other text ("x")), a metric that the method needs',
  );
});

test("a sweep of sizes needs no target in the table", async () => {
  const plan = await planRows({ targets: [{ name: "70B", n: 7e10, d: 2e12 }] }, noTarget);
  expect(plan.targets).toHaveLength(1);
});

test("cells that share a fit but leave points out for different reasons each keep their own", async () => {
  const row = (d: number, loss: number, accuracy: number) => [
    { run: "a", d, subject: "t", metrics: { accuracy, chance: 0.25 } },
    { run: "a", d, subject: "c4", metrics: { loss } },
  ];
  // The second checkpoint is at chance, and its loss has not improved either.
  const rows = [...row(1, 3, 0.4), ...row(2, 3.1, 0.26), ...row(3, 2.5, 0.5)];
  const target = { run: "big", role: "target" as const, d: 9, subject: "t", metrics: { accuracy: 0.6 } };
  const axes = { improvement: ["own", "none"] };
  const { problems, uses } = (await planRows({ method: "flp", axes }, [...rows, target])).shared;
  const step2 = uses.filter(({ stage }) => stage === "step2");
  expect(problems).toHaveLength(2);
  expect(step2.map(({ leftOut }) => leftOut)).toEqual([
    [{ reason: "not improved", points: 1 }],
    [{ reason: "at chance", points: 1 }],
  ]);
});

test("tasks by configurations that memory would not hold are counted, not planned", async () => {
  const sweep = resolveSweep(checkSpec({ method: "ladder", table: "hand.csv" }, "sweep.yaml"), "sweep.yaml");
  const most = mostCells();
  const tasks = Array.from({ length: 20 }, (_, i) => `t${i}`);
  const count = Math.ceil(most / tasks.length) + 1;
  const configurations = new Array(count).fill(sweep.configurations[0]!);
  await expect(
    planSweep(indexRuns(tableOfRows(smallLadder(tasks))), { ...sweep, configurations }),
  ).rejects.toThrow(
    `sweep.yaml: ${20 * count} cells, of ${count} configurations and 20 tasks; allowed: at most ${most} cells`,
  );
});

test("replicates that the machine would not hold are refused before they are drawn", async () => {
  const spec = { method: "ladder", table: "hand.csv", bootstrap: { resamples: 10_000_000 } };
  const sweep = resolveSweep(checkSpec(spec, "sweep.yaml"), "sweep.yaml");
  const plan = await planRows({}, twoTasks);
  expect(() => demandMemory({ plan, sweep: { ...sweep, bootstrap: undefined } })).not.toThrow();
  const configurations = new Array(1_000_000).fill(sweep.configurations[0]!);
  expect(() => demandMemory({ plan, sweep: { ...sweep, configurations } })).toThrow(
    /^sweep.yaml: bootstrap: resamples: 10000000; of 1000000 configurations and 1 target they need 1\d{5}\.\d GB of memory, and this machine has [\d.]+ GB; allowed here: at most \d+$/,
  );
});

test("signals and timers have their turn while a large sweep is planned, and can stop it", async () => {
  const values = Array.from({ length: 75 }, (_, i) => 1e-4 * (i + 1));
  const spec = { method: "ladder", table: "hand.csv", axes: { delta1: values, delta2: values } };
  const large = resolveSweep(checkSpec(spec, "sweep.yaml"), "sweep.yaml");
  const index = indexRuns(tableOfRows(twoTasks));
  let turns = 0;
  const timer = setInterval(() => {
    turns++;
  }, 1);
  expect((await planSweep(index, large)).cells).toHaveLength(11_250);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 20);
  await expect(planSweep(index, large, stop.signal)).rejects.toThrow(Interrupted);
});
