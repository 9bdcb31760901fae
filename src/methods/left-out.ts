import type { Stage } from "./method.ts";
import type { Target } from "./runs.ts";
import type { Size } from "./size.ts";

/** Points that a stage could have had and does not use, by reason. */
export interface LeftOutPoints {
  reason: string;
  points: number;
}

/** Counts reasons, one a point, in the order in which they first stand; nothing where there is none. */
export function leftOutOf(reasons: Iterable<string>): { leftOut?: readonly LeftOutPoints[] } {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (counts.size === 0) return {};
  return { leftOut: Array.from(counts, ([reason, points]) => ({ reason, points })) };
}

/**
 * Targets that a form cannot be asked for, each a stage that is skipped, so that the reason is told.
 *
 * @param name of the stage that takes the target's size
 */
export function targetsLeftOut(
  name: string,
  targets: readonly Target[],
  variables: (size: Size) => number[] | { leftOut: string },
): Stage[] {
  return targets.flatMap((target) => {
    const found = variables(target);
    if (!("leftOut" in found)) return [];
    const reason = `${target.name} is not predicted: ${found.leftOut}`;
    return [{ name, target: target.name, skipped: { reason } }];
  });
}
