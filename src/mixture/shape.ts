/** How a predicted value runs along the share of a source. */
export type Shape = "flat" | "rising" | "falling" | "peak" | "valley" | "waves";

/** Relative differences that are none. */
const FLAT = 1e-9;

/** The shape of a curve; anything but flat, rising and falling is not monotonic. */
export function shapeOf(values: readonly number[]): Shape {
  const known = values.filter((value) => !Number.isNaN(value));
  const tolerance = FLAT * known.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const turns: number[] = [];
  let last = known[0] ?? 0;
  for (const value of known) {
    if (Math.abs(value - last) <= tolerance) continue;
    const direction = Math.sign(value - last);
    if (turns.at(-1) !== direction) turns.push(direction);
    last = value;
  }
  if (turns.length === 0) return "flat";
  if (turns.length === 1) return turns[0] === 1 ? "rising" : "falling";
  if (turns.length === 2) return turns[0] === 1 ? "peak" : "valley";
  return "waves";
}
