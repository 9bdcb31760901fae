import type { PointRuns } from "./method.ts";

/**
 * Puts the points of one run side by side, in the order in which runs first stand.
 *
 * @param runOf name under which a point is resampled
 */
export function sideBySide<Point>(
  points: readonly Point[],
  runOf: (point: Point) => string,
): { points: Point[] } & Pick<PointRuns, "runs" | "runLengths"> {
  const byRun = new Map<string, Point[]>();
  for (const point of points) {
    const run = runOf(point);
    const own = byRun.get(run);
    if (own === undefined) byRun.set(run, [point]);
    else own.push(point);
  }
  return {
    points: [...byRun.values()].flat(),
    runs: [...byRun.keys()],
    runLengths: Array.from(byRun.values(), (own) => own.length),
  };
}
