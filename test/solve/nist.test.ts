import { describe, expect, test } from "vitest";
import { solveProblems } from "../../src/solve/solve.ts";
import { sharedData } from "../shared-data.ts";
import { digits, nistNames, readNist } from "./nist-problems.ts";

const folder = sharedData("nist");

describe.skipIf(folder === undefined)(
  "NIST's certified problems (skipped where their data is absent)",
  () => {
    test("near starts all agree to 8 digits, far starts in at least 25 of 27", async () => {
      const rows: { problem: string; far: number; near: number; iterations: string }[] = [];
      for (const name of nistNames) {
        const { problem, starts, certified } = readNist(folder!, name);
        const results = await solveProblems(
          starts.map((start) => ({ ...problem, givenStarts: [start] })),
          { starts: 0, iterationLimit: 20_000 },
        );
        const solutions = results.flatMap((result) => ("solution" in result ? [result.solution] : []));
        const found = solutions.map(({ parameters }) => digits(parameters, certified));
        const iterations = solutions.map((solution) => solution.iterations);
        rows.push({ problem: name, far: found[0]!, near: found[1]!, iterations: iterations.join(" / ") });
      }
      const table = rows
        .map((r) => `| ${r.problem} | ${r.far.toFixed(1)} | ${r.near.toFixed(1)} | ${r.iterations} |`)
        .join("\n");
      console.log(
        `| problem | digits, far start | digits, near start | iterations |\n| --- | --- | --- | --- |\n${table}`,
      );
      expect(rows).toHaveLength(27);
      expect(rows.filter((row) => row.near < 8)).toEqual([]);
      expect(rows.filter((row) => row.far >= 8).length).toBeGreaterThanOrEqual(25);
    }, 300_000);
  },
);
