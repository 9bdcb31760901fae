import { expect, test } from "vitest";
import { jobReporter, progressLine } from "../../src/cli/job-progress.ts";
import { duration } from "../../src/cli/progress.ts";
import type { JobProgress } from "../../src/run/meter.ts";

const progress: JobProgress = {
  phase: "bootstrap",
  done: 5,
  total: 20,
  cells: 1234,
  cellsTotal: 15_472,
  fits: 1e6,
  fitsFound: 0,
  fitsPerSecond: 52_345,
  secondsLeft: 380,
  seconds: 20,
};

test("a line says problems, cells, speed and the time left, as far as they are known", () => {
  expect(progressLine(progress)).toBe(
    "resampling 5 of 20 problems, 1,234 of 15,472 cells, 52,300 fits/s, 6 min left",
  );
  expect(progressLine({ ...progress, phase: "solve", fitsPerSecond: 0, secondsLeft: undefined })).toBe(
    "solving 5 of 20 problems, estimating the time left",
  );
  expect(progressLine(progress, "still")).toBe("resampling 5 of 20 problems, 1,234 of 15,472 cells");
  expect(progressLine({ ...progress, phase: "tables", total: 0, fitsPerSecond: 0 })).toBe("writing tables");
});

test.each([
  [3.2, "3 s"],
  [89, "89 s"],
  [600, "10 min"],
  [12_000, "3 h 20 min"],
])("%s seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

function report(
  isTTY: boolean,
  times: readonly number[],
  phase: JobProgress["phase"] = "bootstrap",
  columns = 80,
): string[] {
  const written: string[] = [];
  let call = 0;
  const clock = [0, ...times];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  const reporter = jobReporter(
    stream,
    () => clock[call++]!,
    () => "2026-11-26T01:02:03",
  );
  for (const _ of times) reporter({ ...progress, phase });
  return written;
}

test("a terminal has a bar, drawn at most ten times a second, and gone when the tables are written", () => {
  const bars = report(true, [0, 10, 200]);
  expect(bars).toHaveLength(2);
  expect(bars[0]).toBe("\r[####            ] resampling 1,234 of 15,472 cells, 52,300 fits/s, 6 min left");
  // On a narrow terminal it is cut: a line that is wrapped cannot be drawn over.
  expect(report(true, [0], "bootstrap", 30)).toEqual(["\r[####            ] resampling"]);
  expect(report(true, [0], "tables")[0]).toBe("\r\r");
});

test("elsewhere there are lines with the date: every five seconds, after a minute every minute", () => {
  const line = `2026-11-26T01:02:03 ${progressLine(progress)}\n`;
  expect(report(false, [100, 4000])).toEqual([]);
  expect(report(false, [5000, 6000, 10_000])).toEqual([line, line]);
  expect(report(false, [61_000, 70_000, 121_000])).toEqual([line, line]);
});
