/** Largest tolerance that may be asked for (`isoflop.tolerance`). */
const LARGEST = 0.5;
const TRIED = [0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, LARGEST];
/** Fewest sizes that have a minimum. */
const FEWEST_SIZES = 3;
/** Joined budgets lie this many times as far from each other as their runs do, else what was joined is a matter of chance. */
const APART = 2;

/** Budgets no farther apart are one that was divided. */
const CLOSE = 0.1;

interface Member {
  n: number;
  c: number;
}

/**
 * For each budget the tolerance under which it and its neighbours are one budget of three sizes or more; null where no tolerance divides
 * the runs clearly (a ladder, whose FLOPs are spread evenly). FLOPs of one intended budget often lie some per cent apart: layers, batches
 * and steps are whole numbers. Budgets more than a tenth apart are joined only where one has fewer than three sizes.
 *
 * @param budgets ascending, as the tolerance in use divides them
 */
export function joiningTolerances(budgets: readonly (readonly Member[])[]): (number | null)[] {
  const isShort = budgets.map((members) => sizesOf(members) < FEWEST_SIZES);
  for (const tolerance of TRIED) {
    const joined = join(budgets, tolerance);
    const spread = Math.max(...joined.map((own) => spreadOf(own.map((b) => budgets[b]!))));
    const gaps = joined.slice(1).map((own, i) => {
      return lowest(budgets[own[0]!]!) / highest(budgets[joined[i]!.at(-1)!]!) - 1;
    });
    if (Math.min(...gaps) < APART * spread) continue;
    const helped = joined.filter((own) => {
      const isClose = tolerance <= CLOSE || own.some((b) => isShort[b]);
      return own.length > 1 && isClose && sizesOf(own.flatMap((b) => budgets[b]!)) >= FEWEST_SIZES;
    });
    if (helped.length === 0) continue;
    // Upwards, so that rounding does not part them again.
    const needed = Math.min(LARGEST, Math.ceil(1000 * spread) / 1000);
    const isHelped = new Set(helped.flat());
    return budgets.map((_, b) => (isHelped.has(b) ? needed : null));
  }
  return budgets.map(() => null);
}

/** Numbers of the budgets that are one under a tolerance. */
function join(budgets: readonly (readonly Member[])[], tolerance: number): number[][] {
  const joined: number[][] = [];
  budgets.forEach((members, b) => {
    const own = joined.at(-1);
    if (own !== undefined && highest(members) <= lowest(budgets[own[0]!]!) * (1 + tolerance)) own.push(b);
    else joined.push([b]);
  });
  return joined;
}

function spreadOf(budgets: readonly (readonly Member[])[]): number {
  return highest(budgets.at(-1)!) / lowest(budgets[0]!) - 1;
}

function sizesOf(members: readonly Member[]): number {
  return new Set(members.map(({ n }) => n)).size;
}

const lowest = (members: readonly Member[]): number => Math.min(...members.map(({ c }) => c));
const highest = (members: readonly Member[]): number => Math.max(...members.map(({ c }) => c));
