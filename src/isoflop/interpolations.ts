import { akima } from "./akima.ts";
import type { Interpolation } from "./interpolation.ts";
import { parabola } from "./parabola.ts";
import { powers } from "./powers.ts";

/** Ways to find the best size of a budget, by name; the first is the default. */
export const interpolations: ReadonlyMap<string, Interpolation> = new Map(
  [powers, parabola, akima].map((one) => [one.name, one]),
);
