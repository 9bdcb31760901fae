/** A size of a run: parameters and tokens. */
export interface SizePlace {
  n: number;
  d: number;
}

const STEPS = 160;
const HALVINGS = 50;

/**
 * The sizes at which a law of parameters and tokens has a loss, from the smallest N to the largest: along each line of equal
 * tokens a parameter the one place where the law, which falls along it, has the loss. Such a line crosses the curve once
 * wherever the curve is steep or flat, which lines of equal N or D do not.
 *
 * @param frame ranges of N and D, ascending, > 0
 * @returns nothing of a loss that the frame does not have
 */
export function isoLoss(
  law: (n: number, d: number) => number,
  loss: number,
  { n: [nLow, nHigh], d: [dLow, dHigh] }: { n: readonly [number, number]; d: readonly [number, number] },
): SizePlace[] {
  const ratios = [Math.log(dLow / nHigh), Math.log(dHigh / nLow)] as const;
  const found: SizePlace[] = [];
  for (let step = STEPS; step >= 0; step--) {
    const ratio = ratios[0] + ((ratios[1] - ratios[0]) * step) / STEPS;
    // ln N between where the line enters the frame and where it leaves it.
    let low = Math.max(Math.log(nLow), Math.log(dLow) - ratio);
    let high = Math.min(Math.log(nHigh), Math.log(dHigh) - ratio);
    const at = (logN: number) => law(Math.exp(logN), Math.exp(logN + ratio));
    if (!(low <= high && at(low) >= loss && at(high) <= loss)) continue;
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (at(middle) >= loss) low = middle;
      else high = middle;
    }
    found.push({ n: Math.exp(low), d: Math.exp(low + ratio) });
  }
  return found;
}
