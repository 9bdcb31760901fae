import { getOrInsert, getOrInsertRecent } from "../collections.ts";
import { randomStream } from "../random.ts";
import { fittedValues } from "../solve/objective.ts";
import { ascending } from "./ascending.ts";
import { intraRunCorrelation } from "./card.ts";
import { divide, dot, innerProducts } from "./columns.ts";
import { curvatureRoot } from "./curvature-root.ts";
import { standingAs, standings, type Unknown } from "./fit.ts";
import { KeptOfColumns } from "./kept-of-columns.ts";
import type { LinearFit } from "./linearise.ts";
import { unitsOf } from "./spread.ts";

/** How likely residuals that follow something as much would be, were the form right. */
export interface Misfit {
  /** Probability, runs taken as independent; at least 1/1000. */
  p: number;
  /** What the residuals follow most: an input of the form, `fitted` values, or the runs' `flops`. */
  along: string;
}

/** Waves along each order: a slope, a bend and an S, cosines of once, twice and three times an angle whose cosine is given. */
const WAVES = [(c: number) => c, (c: number) => 2 * c * c - 1, (c: number) => (4 * c * c - 3) * c];

/** Most sign patterns that the probability is counted over, the observed one not among them. */
const PATTERNS = 999;

/** So many patterns as far as the observed one end the count: what is no misfit needs no more digits. */
const ENOUGH = 20;

/** Most groups that signs are drawn for; more runs share them in turn, so that a table of single points costs no more. */
const MOST_GROUPS = 256;

/** Residuals up to this share of the response are rounding, whose patterns say nothing. */
const LEAST_NOISE = 1e-9;

/** Differences below this, relative to the statistic, are rounding. */
const ROUNDING = 1e-12;

/**
 * Tests a fit for lack of fit: whether its residuals follow each input, the fitted value or the runs' FLOPs more than those of independent runs
 * would. Along each of these the residuals are multiplied by three cosine waves of the points' ranks (Neyman's smooth test, 1937) and summed; the
 * statistic is the largest of the sums, each over the root of the sum of squares of the runs' parts. A run's part is less what the fit took
 * up of it. The probability is that of the statistic with random signs of the runs (the wild cluster bootstrap of scores, Kline & Santos, 2012), times
 * a small-sample factor; the count ends early where it is large (Besag & Clifford, 1991). Points of no run, such as an anchor, have no sign, but the fit takes up theirs;
 * a prior is a run of its own, whose residual is as large as the noise.
 *
 * @param flops of each run, if they are known
 * @param known root of the curvature by the free parameters. @default it is worked out
 */
export function misfitOf(
  fit: LinearFit,
  flops?: readonly number[],
  known?: ReturnType<typeof curvatureRoot>,
): Misfit | Unknown {
  const columns = standingAs(standings(fit), "free");
  const left = fit.points - columns.length;
  if (left <= 0) {
    return { reason: `${fit.points} points for ${columns.length} free parameters leave no residuals` };
  }
  const { residual: kind, response } = fit.problem;
  const unit = kind === "plain" ? response.reduce((most, y) => Math.max(most, Math.abs(y)), 0) : 1;
  if (fit.residual.every((r) => Math.abs(r) <= LEAST_NOISE * unit))
    return { reason: "the residuals are rounding" };
  const root = columns.length > 0 ? (known ?? curvatureRoot(fit, columns)) : undefined;
  if (root !== undefined && "reason" in root) return root;
  const inverse =
    root === undefined
      ? []
      : root
          .transpose()
          .mmul(root)
          .to2DArray()
          .map((row) => Float64Array.from(row));
  const { gradients, runs } = unitsOf(fit, columns, "runs");
  if (runs.length < 2) return { reason: "fewer than two runs" };
  const groups = Math.min(runs.length, MOST_GROUPS);
  const counted = countedPoints(fit);
  const sumsAlong = waveSums(fit, columns, runs);
  const sums = ordersOf(fit, flops).flatMap(({ along, values, isOfRuns }) => {
    // Fitted values are of one fit.
    const make = () => wavesOf(counted, values);
    return (isOfRuns ? waves.of([values, counted], make) : make()).flatMap((wave) => {
      const { ofRuns, slopes } = sumsAlong(wave);
      const taken = inverse.map((row) => dot(row, slopes));
      const ofGroups = new Float64Array(groups + fit.priors.length);
      let total = 0;
      for (let u = 0; u < ofRuns.length; u++) {
        let ofFit = 0;
        for (let c = 0; c < taken.length; c++) ofFit += taken[c]! * gradients[u * taken.length + c]!;
        total += ofRuns[u]!;
        ofGroups[u % groups]! += ofRuns[u]! - ofFit;
      }
      fit.priors.forEach(({ parameter, slope }, k) => {
        const c = columns.indexOf(parameter);
        if (c >= 0) ofGroups[groups + k] = -taken[c]! * fit.problem.noise! * slope;
      });
      const scale = Math.sqrt(dot(ofGroups, ofGroups));
      if (!(scale > 0)) return [];
      divide(ofGroups, scale);
      return [{ along, total: Math.abs(total) / scale, ofGroups }];
    });
  });
  if (sums.length === 0) return { reason: "the residuals do not vary" };
  // Of orders that are one another's reverse, the first is named.
  const largest = sums.reduce((most, sum) => (sum.total > most.total * (1 + ROUNDING) ? sum : most));
  const reached = (largest.total * (1 - ROUNDING)) / smallSampleFactor(fit, runs.length, columns.length);
  // A sum goes no farther than that of its parts without their signs.
  const far = sums.flatMap(({ ofGroups }) => (mostOf(ofGroups) >= reached ? [ofGroups] : []));
  const patterns = signPatterns(groups + fit.priors.length);
  let asFar = 0;
  for (let k = 0; k < PATTERNS && far.length > 0; k++) {
    const signs = patterns[k]!;
    if (far.some((ofGroups) => Math.abs(dot(ofGroups, signs)) >= reached)) asFar++;
    if (asFar === ENOUGH) return { p: ENOUGH / (1 + k), along: largest.along };
  }
  return { p: (1 + asFar) / (1 + PATTERNS), along: largest.along };
}

/** The most that the sum of some numbers comes to, their signs free; with room for rounding. */
function mostOf(numbers: Float64Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) most += Math.abs(numbers[i]!);
  return most * (1 + ROUNDING);
}

/** Points that count and are of a run. */
function countedPoints({ run, weights }: LinearFit): Int32Array {
  const counted = new Int32Array(run.length);
  let count = 0;
  for (let i = 0; i < run.length; i++) if (run[i]! >= 0 && weights[i]! > 0) counted[count++] = i;
  return counted.subarray(0, count);
}

/**
 * The factor of CR1, by as many independent points as the alikeness of a run's points leaves (Kish, 1965): as it is where they are not alike, and with
 * the runs as points where they are all the same. There are no fewer than one more than free parameters.
 */
function smallSampleFactor(fit: LinearFit, runs: number, free: number): number {
  const correlation = intraRunCorrelation(fit);
  const alike = typeof correlation === "number" ? Math.min(1, Math.max(0, correlation)) : 0;
  const independent = Math.max(free + 1, fit.points / (1 + (fit.points / runs - 1) * alike));
  return Math.sqrt((runs / (runs - 1)) * ((independent - 1) / (independent - free)));
}

/** What points may be ordered by. */
interface Order {
  along: string;
  /** One a point. Those of points of no run do not count. */
  values: Float64Array;
  /** Whether they are of the runs, and not of the fit. */
  isOfRuns: boolean;
}

function ordersOf({ problem, parameters, run }: LinearFit, flops: readonly number[] | undefined): Order[] {
  const orders = problem.variables.map((values, v): Order => {
    return { along: problem.form.variableNames[v]!, values, isOfRuns: true };
  });
  if (orders.length > 1)
    orders.push({ along: "fitted", values: fittedValues(problem, parameters), isOfRuns: false });
  if (flops?.every((c) => c > 0)) {
    const values = new Float64Array(run.length);
    for (let i = 0; i < values.length; i++) values[i] = flops[run[i]!] ?? Number.NaN;
    orders.push({ along: "flops", values, isOfRuns: true });
  }
  return orders;
}

const waves = new KeptOfColumns<Float64Array[]>();

const wavesAtRanks = new Map<number, readonly Float64Array[]>();

/** Most numbers of values of which waves at their ranks are kept, and the largest such number. */
const [MOST_COUNTS, LARGEST_COUNT] = [24, 4096];

/** Waves at twice the middle rank of each of so many values, from 0 on. */
function wavesOfCount(count: number): readonly Float64Array[] {
  const make = () => {
    const cosines = new Float64Array(2 * count + 1);
    for (let twice = 0; twice < cosines.length; twice++)
      cosines[twice] = Math.cos((Math.PI * twice) / 2 / count);
    return WAVES.map((waveAt) => cosines.map(waveAt));
  };
  return count > LARGEST_COUNT ? make() : getOrInsertRecent(wavesAtRanks, MOST_COUNTS, count, make);
}

/** Cosines of 1/2, 1 and 3/2 periods over the ranks of the values, equal ones in the middle of theirs; 0 at points that do not count. */
function wavesOf(counted: Int32Array, values: Float64Array): Float64Array[] {
  const own = new Float64Array(counted.length);
  for (let k = 0; k < counted.length; k++) own[k] = values[counted[k]!]!;
  const order = ascending(own);
  // Of each value twice the middle rank of those that are equal to it.
  const ranks = new Int32Array(own.length);
  let different = 0;
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && own[order[end]!] === own[order[first]!]) end++;
    for (let k = first; k < end; k++) ranks[order[k]!] = first + end;
    different++;
  }
  return wavesOfCount(own.length)
    .slice(0, different - 1)
    .map((there) => {
      const wave = new Float64Array(values.length);
      // Loops, since typed arrays made from others are made ten times slower.
      for (let k = 0; k < counted.length; k++) wave[counted[k]!] = there[ranks[k]!]!;
      return wave;
    });
}

/**
 * Makes a function that gives, of each run, the sum of its points' influences, each times its part of a wave; and how much the sum of all points
 * along the wave moves with each of the parameters. The next call overwrites them.
 */
function waveSums(
  { run, weights, slopes, influence, design }: LinearFit,
  columns: readonly number[],
  runs: Int32Array,
) {
  const points = run.length;
  const designs = columns.map((p) => design.subarray(p * points, (p + 1) * points));
  const places = new Int32Array(runs.reduce((most, name) => Math.max(most, name), 0) + 1);
  for (let u = 0; u < runs.length; u++) places[runs[u]!] = u;
  const weighed = new Float64Array(points);
  const sums = { ofRuns: new Float64Array(runs.length), slopes: new Float64Array(columns.length) };
  return (wave: Float64Array): typeof sums => {
    sums.ofRuns.fill(0);
    for (let i = 0; i < points; i++) {
      const part = wave[i]! * weights[i]!;
      if (run[i]! >= 0 && weights[i]! > 0) sums.ofRuns[places[run[i]!]!]! += part * influence[i]!;
      weighed[i] = part * slopes[i]!;
    }
    innerProducts(weighed, designs, designs.length, sums.slopes, 0);
    return sums;
  };
}

const drawn = new Map<number, readonly Float64Array[]>();

/** Random signs of groups, the same for every fit of as many. */
function signPatterns(groups: number): readonly Float64Array[] {
  return getOrInsert(drawn, groups, () => {
    const stream = randomStream(`misfit/${groups}`);
    const sign = () => (stream.uniform(-1, 1) < 0 ? -1 : 1);
    return Array.from({ length: PATTERNS }, () => Float64Array.from({ length: groups }, sign));
  });
}
