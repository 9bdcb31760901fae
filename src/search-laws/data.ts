/** Rows that a law is sought for: of one response, and of one group. All arrays are of one length. */
export interface SearchData {
  /** What the rows are of, for tables and messages. */
  name: string;
  inputs: ReadonlyMap<string, Float64Array>;
  response: Float64Array;
  /** Weight of each row's loss. @default all 1 */
  weights?: Float64Array | undefined;
  /** Standard error of each row's residual. @default unknown */
  sigma?: Float64Array | undefined;
  /** What rows are cut by: the smaller ones are fitted, the larger ones predicted. */
  cost: Float64Array;
  /** Run of each row: rows of one run are resampled together. @default each row is a run of its own */
  runs?: readonly string[] | undefined;
}

/** Measured rows that are held out of the whole search. */
export type HeldOut = Pick<SearchData, "inputs" | "response">;

/** Inputs to predict at. */
export interface Place {
  name: string;
  inputs: ReadonlyMap<string, number>;
}

/** A size up to which rows are fitted; rows are sorted by it. */
export interface Cut {
  /** Number of rows that are fitted; the others are predicted. */
  rows: number;
  /** The largest cost among them. */
  cost: number;
}

/** Rows in the order of their costs; of equal ones the first stays first. Rows without weight are left out: they say nothing. */
export function sortedRows(data: SearchData): SearchData {
  const order = Array.from(data.cost, (_, row) => row)
    .filter((row) => data.weights?.[row] !== 0)
    .sort((a, b) => data.cost[a]! - data.cost[b]! || a - b);
  const sorted = (values: Float64Array) => Float64Array.from(order, (row) => values[row]!);
  return {
    ...data,
    inputs: new Map(Array.from(data.inputs, ([name, values]) => [name, sorted(values)])),
    response: sorted(data.response),
    weights: data.weights && sorted(data.weights),
    sigma: data.sigma && sorted(data.sigma),
    cost: sorted(data.cost),
    runs: data.runs && order.map((row) => data.runs![row]!),
  };
}

/** Share of the rows that the first and the last cut leave to fit; of few rows the first leaves half, or as many as a form of seven parameters needs. */
const SHARES = [0.3, 0.8] as const;
const [HALF, ENOUGH] = [0.5, 15];

/** Fewest rows that are fitted, and that are predicted. */
const [LEAST_FITTED, LEAST_PREDICTED] = [6, 2];

/** Relative difference up to which costs are one: products of inputs, such as 6*N*D, are rounded. */
const ONE_COST = 1e-9;

/**
 * The cuts of sorted rows: between three tenths (half, where rows are few) and four fifths of them are fitted, and rows of one cost stay together.
 *
 * @param count most cuts
 * @returns the smallest first; fewer where costs are few, or none
 */
export function cutsOf({ cost }: SearchData, count: number): Cut[] {
  const rows = cost.length;
  /** Numbers of rows after which another cost begins. */
  const ends = Array.from(cost, (_, row) => row).filter(
    (row) =>
      row >= LEAST_FITTED &&
      row <= rows - LEAST_PREDICTED &&
      cost[row]! - cost[row - 1]! > ONE_COST * Math.abs(cost[row]!),
  );
  const [, last] = SHARES;
  const first = Math.max(SHARES[0], Math.min(HALF, ENOUGH / rows));
  const cuts = new Set<number>();
  for (let c = 0; c < count; c++) {
    const wanted = rows * (count === 1 ? (first + last) / 2 : first + ((last - first) * c) / (count - 1));
    const nearest = ends.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
    if (nearest !== undefined) cuts.add(nearest);
  }
  return [...cuts].sort((a, b) => a - b).map((end) => ({ rows: end, cost: cost[end - 1]! }));
}
