import type { Method } from "../methods/method.ts";
import type { BestMixture, CurvePoint, Ends, MixturePlan, MixtureResults } from "../mixture/study.ts";
import { MIX_PREFIX } from "../tables/table.ts";
import type { MixtureTables } from "./result-tables.ts";
import {
  axisColumns,
  type ColumnOf,
  methodColumn,
  ofConfiguration,
  tableOf,
  verdictColumns,
  via,
} from "./table-of.ts";

/** Tables `mixtures`, predicted values along the shares, and `mixture_optima`, the best mixtures. */
export function mixtureTables(
  method: Method,
  { space: { sources } }: MixturePlan,
  { curves, optima }: MixtureResults,
): MixtureTables {
  const names = sources.map((source) => `${MIX_PREFIX}${source}`);
  return {
    mixtures: tableOf<CurvePoint>(curves, [
      ...identity<CurvePoint>(method),
      { name: "varied", type: "string", value: ({ varied }) => varied },
      ...names.map((name, s) => number<CurvePoint>(name, ({ shares }) => shares[s]!)),
      number("predicted", ({ predicted }) => predicted),
      ...verdictColumns<CurvePoint>(({ verdict }) => verdict),
      number("level", ({ level }) => level ?? Number.NaN),
      ...ends<CurvePoint>("", ({ interval }) => interval),
      ...judgement<CurvePoint>(),
    ]),
    mixture_optima: tableOf<BestMixture>(optima, [
      ...identity<BestMixture>(method),
      { name: "tasks", type: "string", value: ({ tasks }) => tasks.join(", ") },
      number("level", ({ level }) => level ?? Number.NaN),
      ...names.flatMap((name, s) => [
        number<BestMixture>(name, ({ optimum }) => optimum.shares[s]!),
        ...ends<BestMixture>(`${name}_`, ({ shares }) => shares[s]!),
      ]),
      number("predicted", ({ optimum }) => optimum.value),
      ...verdictColumns<BestMixture>(({ verdict }) => verdict),
      ...ends<BestMixture>("predicted_", ({ predicted }) => predicted),
      {
        name: "baseline",
        type: "string",
        value: ({ baseline }) =>
          sources.map((source, s) => `${source} ${Number(baseline.shares[s]!.toPrecision(4))}`).join(", "),
      },
      number("baseline_predicted", ({ baseline }) => baseline.value),
      number("gain", ({ gain }) => gain),
      ...ends<BestMixture>("gain_", ({ gains }) => gains),
      number("better", ({ better }) => better),
      { name: "shape", type: "string", value: ({ shape }) => shape ?? null },
      {
        name: "at_ends",
        type: "string",
        value: ({ atEnds }) => (atEnds.length === 0 ? null : atEnds.join(", ")),
      },
      { name: "draws", type: "int64", value: ({ draws }) => draws },
      ...judgement<BestMixture>(),
    ]),
  };
}

function identity<Row extends CurvePoint | BestMixture>(method: Method): ColumnOf<Row>[] {
  return [
    { name: "cell", type: "int64", value: ({ cell }) => cell?.id ?? null },
    via(methodColumn(method), (row) => row),
    { name: "task", type: "string", value: ({ task }) => task },
    { name: "target", type: "string", value: ({ target }) => target },
    ...axisColumns(method).map(ofConfiguration),
  ];
}

/** Whether the numbers of a row can be taken as they are. */
function judgement<Row extends CurvePoint | BestMixture>(): ColumnOf<Row>[] {
  return [
    { name: "status", type: "string", value: ({ status }) => status },
    { name: "reason", type: "string", value: ({ reason }) => reason },
  ];
}

function number<Row>(name: string, value: (row: Row) => number): ColumnOf<Row> {
  return { name, type: "float64", value };
}

function ends<Row>(prefix: string, of: (row: Row) => Ends): ColumnOf<Row>[] {
  return [number(`${prefix}lower`, (row) => of(row).lower), number(`${prefix}upper`, (row) => of(row).upper)];
}
