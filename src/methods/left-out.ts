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
