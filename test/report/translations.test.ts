import { beforeAll, expect, test } from "vitest";
import {
  type TranslationLine,
  translationCells,
  translationsOf,
} from "../../src/papers/loss-to-loss/lines.ts";
import { type ReportJob, readJob } from "../../src/report/read-job.ts";
import { trueLoss } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { RELATED, relatedRun } from "./runs.ts";

const { folder } = temporaryFolder();
let run: ReportJob;
let lines: TranslationLine[];

beforeAll(async () => {
  run = await readJob(await relatedRun(folder));
  lines = translationsOf(run, translationCells(run));
});

test("all pairs of corpora are there but those of a corpus with itself", () => {
  const pairs = lines
    .filter(({ relation }) => relation === "train-to-train")
    .map(({ source, destination }) => `${source} ${destination}`);
  expect(pairs).toHaveLength(6);
  expect(pairs).not.toContain("web web");
});

test("losses above the irreducible ones lie on their line, which has the true exponent", () => {
  const line = lines.find(({ source, destination }) => source === "web" && destination === "code")!;
  expect(line.points).toHaveLength(18);
  for (const { x, y, fitted } of line.points) {
    expect(y).toBeCloseTo(x ** RELATED.code, 9);
    expect(fitted).toBeCloseTo(line.at(x), 9);
  }
});

test("a target stands at its source loss, measured beside predicted", () => {
  const line = lines.find(({ source, destination }) => source === "web" && destination === "math")!;
  const n = 1e8 * 100 ** 0.5;
  const above = trueLoss(n, 1e21 / (6 * n)) - 0.4;
  expect(line.targets).toMatchObject([{ target: "math-1-1e+21", x: expect.closeTo(above, 9) }]);
  const [{ actual, predicted }] = line.targets as [TranslationLine["targets"][number]];
  expect(actual).toBeCloseTo(above ** RELATED.math, 9);
  expect(predicted).toBeCloseTo(actual, 9);
});
