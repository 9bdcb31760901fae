import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CoverageRow } from "../../bench/coverage/coverage-row.ts";
import { type PooledRow, poolRows } from "../../bench/coverage/pool.ts";
import { coverageMarkdown } from "../../bench/coverage/report.ts";
import { readCoverageRows } from "../../bench/coverage/result-json.ts";
import { beyondRuns } from "../../bench/coverage/scenario-report.ts";
import { getScenario } from "../../bench/coverage/scenarios.ts";
import { studyNames } from "../../bench/coverage/studies.ts";
import { binomialLimits } from "../../src/intervals/distributions.ts";
import { expectDocumented } from "../documented-table.ts";

const root = new URL("../../", import.meta.url);
const page = new URL("bench/results/coverage/README.md", root);

function rowsOf(study: string): CoverageRow[] {
  return readCoverageRows(readFileSync(new URL(`bench/results/coverage/${study}.json`, root), "utf8"));
}

test.each(studyNames.filter((name) => name !== "misfit"))(
  "bench/results/coverage/README.md has the measured coverage of study %s",
  (study) => {
    const [begin, end] = [`<!-- study ${study} -->\n`, `<!-- end of ${study} -->`];
    const text = readFileSync(page, "utf8");
    const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
    const made = `\n${coverageMarkdown(rowsOf(study))}\n`;
    if (process.env.UPDATE_DOCS === "1") writeFileSync(page, text.slice(0, from) + made + text.slice(to));
    expect(readFileSync(page, "utf8")).toContain(`${begin}${made}${end}`);
  },
);

describe("what docs/coverage.md says of the stored results", () => {
  const main = rowsOf("main");
  const pooled = poolRows(main);

  test("the coverage of the chain", () => {
    const chain = pooled.filter((row) => row.quantity === "predicted" && row.loss1 === "huber");
    const shown = ["parametric expanded", "block expanded", "run percentile", "row percentile"];
    const rowOf = (method: string): PooledRow[] =>
      chain.filter(({ scheme, interval }) => `${scheme} ${interval}` === method);
    expectDocumented(
      "coverage.md",
      "coverage of the chain",
      ["scheme, interval", ...rowOf(shown[0]!).map(({ runs, target }) => `${runs} runs, ${target}`)],
      shown.map((method) => [method, ...rowOf(method).map(({ coverage }) => (100 * coverage).toFixed(0))]),
    );
  });

  test("the coverage where the truth is not fitted", () => {
    const rows = rowsOf("misfit").filter(
      (row) => row.runs === 16 && row.scheme === "parametric" && row.interval === "expanded",
    );
    const beyond = beyondRuns(rows);
    const curves = beyond.filter(({ quantity }) => quantity === "predicted");
    const targets = ["inside", "3x", "10x", "30x", "100x"];
    const whole = (share: number): string => (100 * share).toFixed(0);
    expectDocumented(
      "coverage.md",
      "coverage where the truth is not fitted",
      ["scenario", "what is wrong", ...targets, "curve", "link", "law", "width", "score"],
      curves.map((curve) => {
        const { scenario, coverage, meanWidth, meanScore } = curve;
        const ofScenario = rows.filter((row) => row.scenario === scenario && row.quantity === "predicted");
        const alone = (quantity: string): string =>
          whole(beyond.find((row) => row.scenario === scenario && row.quantity === quantity)!.coverage);
        return [
          `\`${scenario}\``,
          getScenario(scenario).group === "right form"
            ? "nothing"
            : getScenario(scenario).group.replace("wrong ", ""),
          ...targets.map((target) => whole(ofScenario.find((row) => row.target === target)!.coverage)),
          ...[whole(coverage), alone("link"), alone("feature")],
          ...[meanWidth, meanScore].map((value) => (100 * value).toFixed(1)),
        ];
      }),
    );
  });

  test("the coverage of intervals over forms", () => {
    const beyond = beyondRuns(rowsOf("pooled"));
    const of = (scenario: string, method: string, quantity = "predicted"): PooledRow =>
      beyond.find(
        (row) =>
          row.scenario === scenario &&
          row.quantity === quantity &&
          `${row.scheme} ${row.interval}` === method,
      )!;
    const whole = (row: PooledRow): string => (100 * row.coverage).toFixed(0);
    const points = (value: number): string => (100 * value).toFixed(1);
    const others = ["run expanded", "parametric expanded", "parametric posterior"];
    expectDocumented(
      "coverage.md",
      "coverage of intervals over forms",
      [
        "scenario",
        "`run pooled`: curve",
        "link",
        "width",
        "score",
        ...others.flatMap((name) => [`\`${name}\`: curve`, "score"]),
      ],
      [...new Set(beyond.map(({ scenario }) => scenario))].map((scenario) => {
        const pooled = of(scenario, "run pooled");
        return [
          ...[`\`${scenario}\``, whole(pooled), whole(of(scenario, "run pooled", "link"))],
          ...[pooled.meanWidth, pooled.meanScore].map(points),
          ...others.flatMap((name) => [whole(of(scenario, name)), points(of(scenario, name).meanScore)]),
        ];
      }),
    );
  });

  const promised = (row: Pick<PooledRow, "scheme" | "interval" | "runs" | "target">): boolean =>
    row.scheme === "parametric" && row.interval === "expanded" && row.runs >= 16 && row.target !== "10x";

  test("scheme parametric, expanded: 87 to 93 % with 16 and 40 runs, inside and at 2x", () => {
    const rows = pooled.filter(promised);
    expect(rows).toHaveLength(5 * 2 * 2);
    for (const row of rows) {
      expect(row.coverage, JSON.stringify(row)).toBeGreaterThan(0.87);
      expect(row.coverage, JSON.stringify(row)).toBeLessThan(0.93);
    }
    for (const row of main.filter(promised)) {
      const { low, high } = binomialLimits(row.hits, row.trials, 0.95);
      expect(low, JSON.stringify(row)).toBeLessThan(0.93);
      expect(high, JSON.stringify(row)).toBeGreaterThan(0.87);
    }
  });

  test("the control: by row, links and chains are covered far less", () => {
    const control = pooled.filter(({ scheme, quantity }) => scheme === "row" && quantity !== "feature");
    expect(control.length).toBeGreaterThan(0);
    for (const row of control) expect(row.coverageHigh, JSON.stringify(row)).toBeLessThan(0.87);
  });
});
