import { getOrInsert } from "../../collections.ts";
import type { TaskData } from "../../methods/method.ts";
import type { LinkPoints } from "../../methods/stages.ts";
import type { DomainForm } from "./step2.ts";

/** Links that were found, by the points of step 2. */
const found = new WeakMap<TaskData, Map<string, DomainForm | { reason: string }>>();

/** Points of step 2 as a text, which tells those of one recipe from another's. */
const keyOf = (points: ReadonlyMap<string, LinkPoints>): string =>
  JSON.stringify(Array.from(points, ([run, { x, y }]) => [run, x.map((values) => [...values]), [...y]]));

/** Keeps the link that is found for the points of step 2; it is sought once, whatever laws the losses are predicted by. @returns whether it was sought */
export async function keepLink(
  data: TaskData,
  points: ReadonlyMap<string, LinkPoints>,
  find: () => Promise<DomainForm | { reason: string }>,
): Promise<boolean> {
  const links = getOrInsert(found, data, () => new Map());
  const key = keyOf(points);
  if (links.has(key)) return false;
  links.set(key, await find());
  return true;
}

/** The link that was found for the points of step 2. */
export function foundLink(
  data: TaskData,
  points: ReadonlyMap<string, LinkPoints>,
): DomainForm | { reason: string } {
  return found.get(data)?.get(keyOf(points)) ?? { reason: "no form was sought for these checkpoints" };
}
