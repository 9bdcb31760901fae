import { expect, test } from "vitest";
import { type FinalSpread, varianceCorrelationTable } from "../../../src/results/analysis/variance.ts";
import { rowsOf } from "../../run/published.ts";
import { cellOf, configurationOf, predictionOf } from "./hand-made.ts";

const spread = (task: string, sd: number, relSd: number): FinalSpread => {
  return { task, metric: "loss", run: "a", checkpoints: 10, mean: sd / relSd, sd, relSd };
};
const spreads = [spread("t", 1, 0.3), spread("u", 2, 0.1), spread("v", 4, 0.2), spread("unpredicted", 9, 9)];
const one = configurationOf({});
const [t, u, v] = ["t", "u", "v"].map((task) => cellOf(one, task));

test("each spread is correlated with the size of each error, target by target", () => {
  const rows = rowsOf(
    varianceCorrelationTable(spreads, [
      // Half of each is the relative error: chained 0.5, 1.5, 1, of the link 2, 4, 8.
      predictionOf(t!, "big", -1, { linkPredicted: 2 - 4 }),
      predictionOf(u!, "big", 3, { linkPredicted: 2 + 8 }),
      predictionOf(v!, "big", -2, { linkPredicted: 2 - 16 }),
      predictionOf(t!, "70B", 1, { actual: Number.NaN }),
    ]),
  );
  expect(rows.map(({ target, statistic, error, tasks }) => [target, statistic, error, tasks])).toEqual([
    ["big", "sd", "feature_rel_error", 0],
    ["big", "sd", "link_rel_error", 3],
    ["big", "sd", "rel_error", 3],
    ["big", "rel_sd", "feature_rel_error", 0],
    ["big", "rel_sd", "link_rel_error", 3],
    ["big", "rel_sd", "rel_error", 3],
    ...["sd", "sd", "sd", "rel_sd", "rel_sd", "rel_sd"].map((statistic, i) => [
      "70B",
      statistic,
      ["feature_rel_error", "link_rel_error", "rel_error"][i % 3],
      0,
    ]),
  ]);
  const [feature, link, chained, , , relative] = rows;
  expect(feature).toMatchObject({ metric: "loss", pearson_r: null, p_value: null });
  // Link errors 2, 4, 8 are twice the deviations 1, 2, 4.
  expect(link!.pearson_r).toBeCloseTo(1, 12);
  // (1, 2, 4) with (1, 3, 2), and (0.3, 0.1, 0.2) with it: worked out by hand.
  expect(chained!.pearson_r).toBeCloseTo(Math.sqrt(3 / 28), 12);
  expect(relative!.pearson_r).toBeCloseTo(-1, 12);
});
