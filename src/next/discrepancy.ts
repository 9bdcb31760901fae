import { mean, variance } from "../statistics.ts";

/**
 * A root of the covariance of a law's discrepancy, of unit variance: what it gets wrong is a smooth function of the logarithms of the inputs that is not known. Runs near
 * each other share it, so that many of them do not average it out (Kennedy & O'Hagan, 2001, doi 10.1111/1467-9868.00294). The covariance is
 * exp(-d²/(2 l²)) with d the distance over the spreads of the inputs; its root is that of Cholesky with pivots, to a share of the variance.
 *
 * @param places inputs of each place
 * @returns rows of `width`, one a place
 */
export function discrepancyRoot(places: readonly (readonly number[])[]): {
  root: Float64Array;
  width: number;
} {
  const scaled = inSpreads(places);
  const left = new Float64Array(places.length).fill(1);
  const columns: Float64Array[] = [];
  while (columns.length < places.length) {
    const pivot = left.reduce((most, value, i) => (value > left[most]! ? i : most), 0);
    if (left[pivot]! < LEFT) break;
    const unit = Math.sqrt(left[pivot]!);
    const column = Float64Array.from(scaled, (z, i) => {
      let value = likeness(z, scaled[pivot]!);
      for (const before of columns) value -= before[i]! * before[pivot]!;
      return value / unit;
    });
    column.forEach((value, i) => {
      left[i] = Math.max(0, left[i]! - value * value);
    });
    left[pivot] = 0;
    columns.push(column);
  }
  const width = columns.length;
  const root = new Float64Array(places.length * width);
  columns.forEach((column, c) => {
    column.forEach((value, i) => {
      root[i * width + c] = value;
    });
  });
  return { root, width };
}

/** Distance, in spreads of the inputs, over which what a law gets wrong changes. */
const LENGTH = 2;

/** Share of the variance that the root may leave out. */
const LEFT = 1e-4;

const likeness = (a: readonly number[], b: readonly number[]): number =>
  Math.exp(-a.reduce((sum, value, v) => sum + (value - b[v]!) ** 2, 0) / (2 * LENGTH * LENGTH));

/** The logarithm of each input, of one that is not above 0 everywhere itself, over its standard deviation. */
export function inSpreads(places: readonly (readonly number[])[]): number[][] {
  const columns = (places[0] ?? []).map((_, v) => {
    const values = places.map((place) => place[v]!);
    const logs = values.every((value) => value > 0) ? values.map(Math.log) : values;
    const [centre, spread] = [mean(logs), Math.sqrt(variance(logs))];
    return logs.map((value) => (spread > 0 ? (value - centre) / spread : 0));
  });
  return places.map((_, i) => columns.map((column) => column[i]!));
}
