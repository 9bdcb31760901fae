/**
 * Relative fall of `objective` that a step along coordinate i alone could still bring, by central differences: with
 * slope g and curvature c it is g^2/(2c). The differences are taken where the curve rises by a millionth, far above
 * rounding and near enough for the parabola.
 */
export function fallAlong(objective: (p: Float64Array) => number, at: Float64Array, i: number): number {
  const here = objective(at);
  const moved = (by: number): number => {
    const p = at.slice();
    p[i]! += by;
    return objective(p);
  };
  let step = 0.01 * Math.max(Math.abs(at[i]!), 0.01);
  for (;;) {
    const ahead = moved(step);
    const behind = moved(-step);
    const rise = (ahead + behind - 2 * here) / here;
    if (rise < 1e-6) return (ahead - behind) ** 2 / (8 * Math.max(rise, 1e-9) * here ** 2);
    step /= 3;
  }
}
