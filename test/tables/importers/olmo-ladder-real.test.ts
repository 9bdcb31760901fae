import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type CheckpointTable, checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { olmoLadder } from "../../../src/tables/importers/olmo-ladder.ts";
import { inspectTable } from "../../../src/tables/inspect.ts";
import { readTable } from "../../../src/tables/read.ts";
import { cell, findColumn } from "../../../src/tables/table.ts";
import { readCheckpointTable } from "../../../src/tables/to-checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { processorSeconds } from "../../processor-time.ts";
import { sharedData } from "../../shared-data.ts";
import { temporaryFolder } from "../temporary.ts";

const absent = sharedData("olmo-ladder", "runs") === undefined;
const data = sharedData("olmo-ladder") ?? "";

/** Rows of one series of the main part of a run, in order. */
function series(table: CheckpointTable, run: string, subject: string): number[] {
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  return rows.filter(
    (row) => table.run[row] === run && table.subject[row] === subject && table.phase[row] === null,
  );
}

function lastMean(
  table: CheckpointTable,
  run: string,
  subject: string,
  metric: string,
  count: number,
): number {
  const values = table.metrics.get(metric) as Float64Array;
  const last = series(table, run, subject).slice(-count);
  return last.reduce((sum, row) => sum + (values[row] as number), 0) / last.length;
}

describe.skipIf(absent)(`the real ladder runs${absent ? ` (absent: no data in ${data})` : ""}`, () => {
  const { folder } = temporaryFolder();
  let table: CheckpointTable;
  let notes: string[];
  let seconds: number;

  beforeAll(async () => {
    seconds = await processorSeconds(async () => {
      ({ table, notes } = await olmoLadder.read([data]));
    });
  });

  test("runs and their checkpoints", () => {
    const checkpoints = inspectTable(table).runs.map((run) => [
      run.run,
      run.checkpoints,
      run.phaseCheckpoints,
    ]);
    expect(checkpoints).toEqual([
      ...[37, 73, 73, 73].map((rows, i) => [`190M-${[1, 2, 5, 10][i]}xC`, rows, 0]),
      ...[48, 95, 95, 95].map((rows, i) => [`370M-${[1, 2, 5, 10][i]}xC`, rows, 0]),
      ...[58, 116, 116, 116].map((rows, i) => [`760M-${[1, 2, 5, 10][i]}xC`, rows, 0]),
      ...[82, 163, 163, 163].map((rows, i) => [`1B-${[1, 2, 5, 10][i]}xC`, rows, 0]),
      ["7B-4T", 1, 57],
      ["13B-5T", 12, 18],
    ]);
    expect(new Set(table.subject).size).toBe(33);
    expect(table.rows).toBe(33 * 1654);
    expect(notes.every((note) => note.endsWith("left out because it is not a metric"))).toBe(true);
  });

  test("sizes, tokens and FLOPs at the end of training", () => {
    const end = (run: string) => series(table, run, "c4").at(-1) as number;
    const small = end("190M-1xC");
    expect([table.n[small], table.d[small], table.step[small]]).toEqual([190354176, 3812622336, 7272]);
    expect(table.d[end("13B-5T")]).toBe(5000088518656);
    expect(table.d[end("7B-4T")]).toBe(3945065873408);
    expect(table.role[end("7B-4T")]).toBe("target");
  });

  test("FLOPs are the logged ones", async () => {
    const raw = await readTable(join(data, "runs/760M-5xC.csv"));
    const logged = findColumn(raw, "throughput/total_training_Gflops")?.values as Float64Array;
    const rows = series(table, "760M-5xC", "c4");
    expect(rows.length).toBe(logged.length);
    rows.forEach((row, i) => {
      expect((table.c[row] as number) / ((logged[i] as number) * 1e9)).toBeCloseTo(1, 9);
    });
  });

  test.each([
    ["step1.csv", "loss", 5],
    ["chained.csv", "accuracy", 5],
    ["taskce_step1.csv", "ce", 1],
  ])("actual values of the targets: %s", async (name, metric, count) => {
    const expected = await readTable(join(data, "expected", name));
    const [task, target, actual] = ["task", "target", "actual"].map((column) => findColumn(expected, column));
    expect(expected.rows).toBe(16);
    for (let row = 0; row < expected.rows; row++) {
      const subject = task?.values[row] as string;
      const mean = lastMean(table, target?.values[row] as string, subject, metric, count);
      expect(mean / (actual?.values[row] as number), `${subject} ${target?.values[row]}`).toBeCloseTo(1, 9);
    }
  });

  test("actual values of C4's loss and of MMLU by multiple choice", async () => {
    const expected = await readTable([
      join(data, "expected/c4_step1.csv"),
      join(data, "expected/mc_mmlu.csv"),
    ]);
    const at = (row: number, column: string) => cell(findColumn(expected, column)!, row);
    let checked = 0;
    for (let row = 0; row < expected.rows; row++) {
      const target = String(at(row, "target"));
      const isMc = at(row, "stage") !== null;
      if (isMc && at(row, "stage") !== "chained") continue;
      const mean = isMc
        ? lastMean(table, target, "mmlu_avg_test", "mc_accuracy", 5)
        : lastMean(table, target, "c4", "loss", 5);
      expect(mean / (at(row, "actual") as number)).toBeCloseTo(1, 9);
      checked++;
    }
    expect(checked).toBeGreaterThanOrEqual(4);
  });

  test("every accuracy has the score of guessing beside it, and domains have none", () => {
    const [accuracy, multipleChoice, chance] = ["accuracy", "mc_accuracy", "chance"].map(
      (metric) => table.metrics.get(metric) as Float64Array,
    );
    const levels = new Map<string, Set<number>>();
    table.subject.forEach((subject, row) => {
      const measured = !Number.isNaN(accuracy![row]) || !Number.isNaN(multipleChoice![row]);
      if (Number.isNaN(chance![row]) === measured) throw new Error(`${subject}, row ${row}`);
      if (measured) levels.set(subject, (levels.get(subject) ?? new Set()).add(chance![row]!));
    });
    expect(levels.get("mmlu_avg_test")).toEqual(new Set([0.25]));
    expect(levels.get("csqa_val")).toEqual(new Set([0.2]));
    expect(levels.has("c4")).toBe(false);
  });

  test("nothing looks wrong but that multiple choice is on targets alone", () => {
    expect(inspectTable(table).findings.map(({ check, count }) => [check, count])).toEqual([
      ["target-only", 22],
    ]);
  });

  test("is read in under two seconds of processor time, and read back the same from Parquet", async () => {
    expect(seconds).toBeLessThan(2);
    const path = join(folder, "ladder.parquet");
    await writeTable(path, checkpointTableToTable(table));
    const { origin: _read, source: _path, ...read } = await readCheckpointTable(path);
    const { origin: _made, source: _folder, ...made } = table;
    expect(read.run).toEqual(made.run);
    expect(read.subject).toEqual(made.subject);
    expect(read.phase).toEqual(made.phase);
    for (const name of ["n", "d", "c", "step"] as const)
      expect(sameNumbers(read[name], made[name]), name).toBe(true);
    expect([...read.metrics.keys()]).toEqual([...made.metrics.keys()]);
    for (const [metric, values] of made.metrics) {
      expect(sameNumbers(read.metrics.get(metric) as Float64Array, values), metric).toBe(true);
    }
  });
});

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
