import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { TASK_SET } from "../../../src/mixture/study.ts";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { type FlpMTruth, simulateFlpM } from "../../../src/simulate/flp-m.ts";
import type { SweepSpec } from "../../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { rowsOf } from "../../run/published.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";

const { folder } = temporaryFolder();
const table = join(folder, "checkpoints.parquet");
let truth: FlpMTruth;

beforeAll(async () => {
  const simulated = simulateFlpM({ runEffect: 0, checkpointNoise: 0, questions: 0 });
  truth = simulated.truth;
  await writeTable(table, checkpointTableToTable(simulated.table));
});

const sweep = (axes: NonNullable<SweepSpec["axes"]>, more: SweepSpec = {}) =>
  runSweep({
    table,
    method: "flp-m",
    axes: { improvement_unit: "table", ...axes },
    backend: "cpu",
    profiles: false,
    ...more,
  });

const truthOf = (task: unknown, target: unknown) =>
  truth.targets.find((score) => score.subject === task && score.target === target)!;

test("by M4 the loss of every domain of every target is the true one", async () => {
  const domains = truth.domains.map(({ subject }) => subject);
  const { tables } = await sweep({ link: "none" }, { tasks: domains, starts: 16 });
  const predictions = rowsOf(tables.predictions);
  expect(predictions).toHaveLength(5 * 6);
  for (const { task, target, predicted } of predictions) {
    expect(Math.abs(Number(predicted) / truthOf(task, target).loss - 1)).toBeLessThan(1e-9);
  }
});

describe("the network of domain losses, by least squares", () => {
  let tables: Awaited<ReturnType<typeof sweep>>["tables"];
  beforeAll(async () => {
    const mixtures = { targets: ["7B-code0.3"] };
    ({ tables } = await sweep({ link: "network-least-squares" }, { mixtures }));
  });

  test("predicts the score of every target: to the last digits where one network goes through all points, within 10 % where several do", () => {
    const several = ["humaneval", "triviaqa"];
    const predictions = rowsOf(tables.predictions);
    expect(predictions).toHaveLength(6 * 6);
    for (const { task, target, predicted } of predictions) {
      const { accuracy } = truthOf(task, target);
      const most = several.includes(String(task)) ? 0.1 : 1e-9;
      expect(Math.abs(Number(predicted) / accuracy! - 1), `${task} of ${target}`).toBeLessThan(most);
    }
  });

  test("finds the best share of code of every task and of all alike within 0.02", () => {
    const optima = rowsOf(tables.mixture_optima!);
    const best = new Map(optima.map((row) => [row.task, row["mix.code"]]));
    expect([...best.keys()]).toEqual([...truth.tasks.map(({ subject }) => subject), TASK_SET]);
    for (const { subject, code } of [...truth.optimum.tasks, { subject: TASK_SET, ...truth.optimum.mean }]) {
      expect(Math.abs(Number(best.get(subject)) - code), subject).toBeLessThanOrEqual(0.02 + 1e-12);
    }
    const set = optima.find(({ task }) => task === TASK_SET)!;
    expect(set.predicted).toBeCloseTo(truth.optimum.mean.score, 3);
    expect(set.gain).toBeCloseTo(truth.optimum.mean.gain, 3);
  });
});

test("laws and links are ranked in one sweep, and M4 is better than M1", async () => {
  const axes = wholeCrosses
    ? { law: ["m1", "m2", "m3", "m4"], link: ["network", "linear", "average", "flops"] }
    : { law: ["m1", "m4"], link: ["linear"] };
  // Straight from compute, some scores are not determined by so few runs.
  const { tables } = await sweep(axes, { starts: 4, rank_undetermined: true });
  const ranked = rowsOf(tables.configurations);
  const count = axes.law.length * axes.link.length;
  expect(ranked.map(({ rank }) => rank)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  const rankOf = (law: string, link: string) =>
    Number(ranked.find((row) => row.law === law && row.link === link)!.rank);
  expect(rankOf("m4", "linear")).toBeLessThan(rankOf("m1", "linear"));
  if (wholeCrosses) expect(rankOf("m4", "network")).toBeLessThan(rankOf("m1", "network"));
});
