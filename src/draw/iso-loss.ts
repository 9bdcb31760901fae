import { extent, grid } from "./numbers.ts";

/** The size of a run: its number of parameters and of tokens. */
export interface SizePlace {
  n: number;
  d: number;
}

const STEPS = 160;
const MOST_ROUNDS = 60;

/**
 * The sizes at which a law of parameters and tokens has a given loss, from the smallest N to the largest. The law falls along
 * each line with a constant number of tokens per parameter, so the line crosses the contour once, whether the contour is steep
 * or flat there. Lines of constant N or D do not have this property.
 *
 * @param frame ranges of N and D, ascending, > 0
 * @returns empty where the law does not have the loss within the frame
 */
export function isoLoss(
  law: (n: number, d: number) => number,
  loss: number,
  { n: [nLow, nHigh], d: [dLow, dHigh] }: { n: readonly [number, number]; d: readonly [number, number] },
): SizePlace[] {
  const ratios = [Math.log(dLow / nHigh), Math.log(dHigh / nLow)] as const;
  const places: SizePlace[] = [];
  for (let step = STEPS; step >= 0; step--) {
    const ratio = ratios[0] + ((ratios[1] - ratios[0]) * step) / STEPS;
    // The range of ln N in which the line lies within the frame.
    const low = Math.max(Math.log(nLow), Math.log(dLow) - ratio);
    const high = Math.min(Math.log(nHigh), Math.log(dHigh) - ratio);
    const at = (logN: number) => law(Math.exp(logN), Math.exp(logN + ratio));
    const [above, below] = [at(low) - loss, at(high) - loss];
    if (!(low <= high && above >= 0 && below <= 0)) continue;
    const logN = crossing((x) => at(x) - loss, { low, above }, { high, below });
    places.push({ n: Math.exp(logN), d: Math.exp(logN + ratio) });
  }
  return places;
}

/**
 * Where a falling function is 0, to some 14 digits, between two places where it is 0 or more and 0 or less: secants, of which an end that
 * stays is taken with half its value (the Illinois method), a quarter of the evaluations that halving takes.
 */
function crossing(
  f: (x: number) => number,
  { low, above }: { low: number; above: number },
  { high, below }: { high: number; below: number },
): number {
  let [x, last] = [low, Number.NaN];
  let stayed = 0;
  for (let round = 0; round < MOST_ROUNDS && above !== 0; round++) {
    x = (low * below - high * above) / (below - above);
    if (!(x > low && x < high)) x = (low + high) / 2;
    const value = f(x);
    if (value === 0 || Math.abs(x - last) <= 1e-14 * Math.abs(x)) break;
    last = x;
    if (value > 0) {
      [low, above] = [x, value];
      if (stayed === 1) below /= 2;
      stayed = 1;
    } else {
      [high, below] = [x, value];
      if (stayed === -1) above /= 2;
      stayed = -1;
    }
  }
  return x;
}

/** Number of contours of a map. */
const LEVELS = 7;

/** The ranges of parameters and tokens that a map of a law shows. */
export interface MapFrame {
  n: [number, number];
  d: [number, number];
}

/** The range of values, widened at both ends so that no point lies on the frame. */
export function roomy(values: readonly number[]): [number, number] {
  const [low, high] = extent(values) ?? [1, 10];
  const room = Math.max((high / low) ** 0.06, 1.1);
  return [low / room, high * room];
}

/** The losses of the contours: those of budgets at equal distances, rounded to the fewest digits that keep them distinct. */
export function levelsOf(
  law: (n: number, d: number) => number,
  { n, d }: MapFrame,
  line: readonly SizePlace[],
): number[] {
  const corner = (end: 0 | 1): SizePlace => ({ n: n[end], d: d[end] });
  const [from, to] = line.length > 1 ? [line[0]!, line.at(-1)!] : [corner(0), corner(1)];
  const ns = grid(from.n, to.n, LEVELS + 2, true);
  const ds = grid(from.d, to.d, LEVELS + 2, true);
  const losses = ns.slice(1, -1).map((n, i) => law(n, ds[i + 1]!));
  for (let digits = 3; digits < 8; digits++) {
    const rounded = losses.map((loss) => Number(loss.toPrecision(digits)));
    if (new Set(rounded).size === rounded.length) return rounded;
  }
  return losses;
}
