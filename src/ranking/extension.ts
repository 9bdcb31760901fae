import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import { getOrInsert, groupBy } from "../collections.ts";
import { notAmong, UserError } from "../errors.ts";
import type { Analysis, SweepInWork } from "../extension.ts";
import { drawsOf, quantile } from "../intervals/draws.ts";
import type { Target } from "../methods/runs.ts";
import { predictionIdentity, verdictColumns } from "../plan/cell-columns.ts";
import type { ScoredPrediction } from "../plan/score.ts";
import { count, number, tableOf, text, via } from "../tables/table-of.ts";
import { rankingSchema } from "./spec.ts";
import { formatRanking } from "./summary.ts";

/** Most numbers that are kept: draws x predictions, 8 bytes each. */
const MOST_NUMBERS = 8_000_000;

/** A prediction among those that it is ranked with. */
interface Row {
  prediction: ScoredPrediction;
  size: Target;
  candidates: number;
  rank: number;
  actualRank: number;
  level: number;
  lower: number;
  upper: number;
  /** Share of the replicates in which it is the first. */
  first: number;
  rankLower: number;
  rankUpper: number;
  /** Replicates in which all candidates have a prediction. */
  draws: number;
}

/** Values of an axis, such as the families of runs, ranked by what is predicted for each task and size. */
export const ranking = {
  key: "ranking",
  tables: {
    ranking: "prediction among those of a size that differ in one axis, and level; key `ranking`",
  },
  summary: ({ ranking: table }, axes) => (table === undefined ? "" : formatRanking(table, axes)),
  request(given, { where, method, levels }) {
    const settings = rankingSchema.parse(given);
    const names = method.axes.map(({ name }) => name);
    if (!names.includes(settings.by)) {
      throw new UserError(
        `${where}: ranking.by: method ${method.name} has no axis ${notAmong(settings.by, names)}`,
      );
    }
    return {
      settings,
      prepare() {
        const draws = new Map<string, Float64Array>();
        let numbers = 0;
        return {
          cell({ id }, _sweep, resampled?: CellDraws) {
            for (const { target, values } of resampled?.targets ?? []) {
              numbers += values.predicted.length;
              if (numbers <= MOST_NUMBERS) draws.set(drawKey(id, target), values.predicted);
            }
          },
          finish(sweep) {
            if (numbers > MOST_NUMBERS) {
              draws.clear();
              sweep.watch.onWarning("table ranking has no intervals: its draws do not fit into memory");
            }
            const rows = rankedRows(sweep, { by: settings.by, levels, draws });
            return { tables: { ranking: tableOfRows(rows, sweep) } };
          },
        };
      },
    };
  },
} as const satisfies Analysis;

const drawKey = (cell: number, target: string): string => `${cell} ${target}`;

interface Ranking {
  by: string;
  levels: readonly number[];
  draws: ReadonlyMap<string, Float64Array>;
}

function rankedRows({ plan, predictions }: SweepInWork, { by, levels, draws }: Ranking): Row[] {
  const sizes = new Map(plan.targets.map((target) => [target.name, target]));
  const seen = new Map<string, number>();
  const groups = groupBy(predictions, ({ cell, target }) => {
    const { n, d, c, inputs = [], mix = [] } = sizes.get(target)!;
    const others = [...cell.configuration.values].filter(([axis]) => axis !== by);
    const size = JSON.stringify([cell.task, others, n, d, c, [...inputs], [...mix]]);
    // Of several targets of one size, each is ranked with the others' of the same place.
    const own = `${size} ${cell.configuration.values.get(by)}`;
    const place = getOrInsert(seen, own, () => 0);
    seen.set(own, place + 1);
    return `${size} ${place}`;
  });
  return [...groups.values()].flatMap((group) => rowsOfGroup(group, sizes, { levels, draws }));
}

function rowsOfGroup(
  group: readonly ScoredPrediction[],
  sizes: ReadonlyMap<string, Target>,
  { levels, draws }: Pick<Ranking, "levels" | "draws">,
): Row[] {
  const sign = group[0]!.cell.configuration.predicts === "score" ? -1 : 1;
  const candidates = group.filter(({ predicted }) => Number.isFinite(predicted));
  const ranks = ranksOf(candidates.map(({ predicted }) => sign * predicted));
  const actual = ranksOf(candidates.map((prediction) => sign * prediction.actual));
  const columns = candidates.map(({ cell, target }) => draws.get(drawKey(cell.id, target)));
  const replicates = columns.every((column) => column !== undefined) ? replicatesOf(columns, sign) : [];
  const rows = candidates.map((prediction, i) => {
    const ofRanks = drawsOf(Float64Array.from(replicates, (replicate) => replicate[i]!)).ranked;
    const { ranked } = drawsOf(columns[i] ?? new Float64Array(0));
    const firsts = replicates.filter((replicate) => replicate[i] === 1).length;
    return levels.map((level): Row => {
      const tail = (1 - level) / 2;
      return {
        ...{ prediction, size: sizes.get(prediction.target)!, candidates: candidates.length, level },
        ...{ rank: ranks[i]!, actualRank: actual[i]! },
        ...{ lower: quantile(ranked, tail), upper: quantile(ranked, 1 - tail) },
        ...{ rankLower: quantile(ofRanks, tail), rankUpper: quantile(ofRanks, 1 - tail) },
        ...{ first: firsts / replicates.length, draws: replicates.length },
      };
    });
  });
  return rows.sort((a, b) => a[0]!.rank - b[0]!.rank).flat();
}

/** The rank of each value, from 1, the smallest first; equal ones have the rank of the first. NaN where one is not known. */
function ranksOf(values: readonly number[]): number[] {
  if (values.some(Number.isNaN)) return values.map(() => Number.NaN);
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => sorted.indexOf(value) + 1);
}

/** The ranks on each replicate on which all have a value. */
function replicatesOf(columns: readonly Float64Array[], sign: number): number[][] {
  return Array.from(columns[0]!, (_, r) => ranksOf(columns.map((column) => sign * column[r]!))).filter(
    ([rank]) => !Number.isNaN(rank),
  );
}

/** Table `ranking`. */
function tableOfRows(rows: readonly Row[], { method }: Pick<SweepInWork, "method">) {
  return tableOf<Row>(rows, [
    ...via(predictionIdentity(method), ({ prediction }: Row) => prediction),
    number("n", "parameters of the target", ({ size }) => size.n),
    number("d", "its tokens", ({ size }) => size.d),
    text(
      "predicts",
      "`score`, `loss` or `error`",
      ({ prediction }) => prediction.cell.configuration.predicts,
    ),
    count("rank", "place among the candidates, 1 the best: the largest score, or the smallest loss or error"),
    count("candidates", "predictions of the size that differ from it in the ranked axis alone, and itself"),
    number("predicted", "predicted value", ({ prediction }) => prediction.predicted),
    ...via(verdictColumns, ({ prediction }: Row) => prediction),
    number("level", "nominal coverage of the intervals"),
    number("lower", "lower end of the percentile interval of the prediction; null without a bootstrap"),
    number("upper", "upper end"),
    number("first", "share of the replicates in which it has rank 1: the chance to be the first"),
    number("rank_lower", "lower end of the percentile interval of the rank", ({ rankLower }) => rankLower),
    number("rank_upper", "upper end", ({ rankUpper }) => rankUpper),
    count(
      "draws",
      "replicates in which all candidates have a prediction; families have draws of their own runs",
    ),
    number("actual", "measured value; null if the table has none", ({ prediction }) => prediction.actual),
    count(
      "actual_rank",
      "place by measured values; null unless all candidates have one",
      ({ actualRank }) => actualRank,
    ),
  ]);
}
