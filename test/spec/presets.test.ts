import { expect, test } from "vitest";
import { getOrInsert } from "../../src/collections.ts";
import { presets } from "../../src/spec/presets.ts";
import { smallLadder } from "../methods/tables.ts";
import { mixedRows } from "../papers/flp-m/made-up.ts";
import { planPreset, planRows } from "../run/plan.ts";

const rows = smallLadder(["t"]);
const plans = new Map<string, ReturnType<typeof planPreset>>();
/** The plan of a preset on the small ladder, which several tests look at. */
const planOf = (preset: string) => getOrInsert(plans, preset, () => planPreset(preset, rows));
/** Why stages of a preset's cells on all runs have no points. */
async function reasons(preset: string) {
  const { cells } = await planOf(preset);
  return new Set(
    cells
      .filter(({ configuration }) => configuration.values.get("runs") === "all")
      .flatMap(({ plan }) =>
        plan.stages.flatMap((stage) => ("skipped" in stage ? [stage.skipped.reason] : [])),
      ),
  );
}

const ofLadder = [...presets.keys()].filter((preset) => preset.startsWith("ladder"));
const ofFlp = [...presets.keys()].filter((preset) => preset.startsWith("flp"));

test.each(ofLadder)("preset %s runs on a table with loss and accuracy alone", async (preset) => {
  const { cells, tasks } = await planOf(preset);
  expect(tasks).toEqual(["t"]);
  expect(cells.some(({ keys }) => keys.every((key) => key !== undefined))).toBe(true);
});

test.each(ofFlp)("preset %s runs on a table with domains, chance levels and mixtures", async (preset) => {
  const { spec } = presets.get(preset)!;
  const { cells, searches } = await planRows(spec, mixedRows());
  // Table 4's row of a search of forms, which a dry plan counts.
  expect(searches).toBe(preset === "flp-m-ablations" ? 1 : 0);
  const ofTask = cells.filter(({ task }) => task === "t");
  const isWhole = ofTask.map(({ keys }) => keys.every((key) => key !== undefined));
  expect(isWhole[0]).toBe(true);
  // What cannot be posed: the task's own loss, smaller targets, link none for a task and others for domains.
  const reasons = ofTask.flatMap(({ plan }) =>
    plan.stages.flatMap((stage) => ("skipped" in stage ? [stage.skipped.reason] : [])),
  );
  expect(new Set(reasons)).toEqual(new Set(SKIPPED[preset]));
});

const SKIPPED: Readonly<Record<string, readonly string[]>> = {
  flp: [],
  "flp-ablations": [
    "no fit run has loss of t",
    "no checkpoint of a fit run has accuracy of t and loss of t",
    "no target is smaller than big",
  ],
  "flp-m": [],
  "flp-m-ablations": [
    "t is no domain: it has an accuracy, or no loss; link none predicts the loss of domains",
  ],
};

test("presets flp and flp-m say what a table without mixtures and domains has not", async () => {
  expect(await reasons("flp-m")).toEqual(
    new Set([
      "law m4 takes the FLOPs of two sources or more and the table has no column mix.<source>; law m1 takes their sum",
    ]),
  );
  expect(await reasons("flp")).toEqual(
    new Set([
      "no fit run has loss of domains; no subject is named domains",
      "no checkpoint of a fit run has accuracy of t and loss of domains",
    ]),
  );
});

test.each(["ladder-ablations", "ladder-matrix"])("%s says what the table has not", async (preset) => {
  expect(await reasons(preset)).toEqual(
    new Set([
      "no fit run has ce of t",
      "no checkpoint of a fit run has both ce and accuracy of t",
      "no fit run has loss of c4; no subject is named c4",
      "no checkpoint of a fit run has both loss@c4 and accuracy of t",
      "no fit run has loss of domains; no subject is named domains",
      "no checkpoint of a fit run has both loss@domains and accuracy of t",
      "no early checkpoint (a row with a phase) of big has both loss and mc_accuracy of t",
      ...(preset === "ladder-matrix"
        ? ["no early checkpoint (a row with a phase) of big has both ce and mc_accuracy of t"]
        : []),
    ]),
  );
});

test("the mean over the domains is taken over every subject without an accuracy", async () => {
  const domains = smallLadder(["web", "code"]).map(({ metrics, ...row }) => ({
    ...row,
    metrics: { loss: metrics.loss! * (row.subject === "web" ? 1 : 3) },
  }));
  const { cells } = await planPreset("ladder-ablations", [...rows, ...domains]);
  const responses = (feature: string) => {
    const cell = cells.find(({ configuration }) => configuration.values.get("feature") === feature)!;
    const stage = cell.plan.stages[0]!;
    return "problem" in stage ? [...stage.problem.response] : [];
  };
  const own = responses("loss");
  expect(own).toHaveLength(9);
  responses("loss@domains").forEach((mean, i) => {
    expect(mean / own[i]!).toBeCloseTo(2, 12);
  });
});

test("the matrix has at least 2,000 cells over 10 tasks, and a problem for every few cells", async () => {
  const {
    cells,
    shared: { problems, regressions },
  } = await planPreset("ladder-matrix", smallLadder(Array.from({ length: 10 }, (_, i) => `t${i}`)));
  expect(cells.length).toBeGreaterThanOrEqual(2000);
  expect(new Set(problems.map(({ key }) => key)).size).toBe(problems.length);
  expect(regressions).toBeGreaterThan(4 * problems.length);
});

test("no two configurations of a preset are alike", async () => {
  for (const preset of presets.keys()) {
    const { cells } = await planOf(preset);
    const assignments = cells.map(({ configuration }) => JSON.stringify([...configuration.values.values()]));
    expect(new Set(assignments).size, preset).toBe(cells.length);
  }
});
