import { getOrInsert } from "../collections.ts";
import type { AxisContext, AxisValue } from "./axis.ts";
import type { TaskData } from "./method.ts";

/** A function from the values of some design choices to a part of a recipe. */
type PartOf<Choices, Name extends keyof Choices, Part> = (
  chosen: Pick<Choices, Name>,
  context: AxisContext,
) => Part;

/**
 * Declares parts of a recipe that depend on few of the design choices. Configurations with equal values of these have the same object,
 * by which `perPart` knows what it has planned already. A part is made from the choices that it names and is given no other, so that
 * none can be forgotten.
 */
export function recipeParts<Choices extends Readonly<Record<string, AxisValue>>>() {
  return <Name extends keyof Choices, Part extends object>(
    names: readonly Name[],
    make: PartOf<Choices, Name, Part>,
  ): PartOf<Choices, Name, Part> => {
    const kept = new WeakMap<AxisContext, Map<string, Part>>();
    return (chosen, context) => {
      const parts = getOrInsert(kept, context, () => new Map());
      const values = names.map((name) => chosen[name]);
      return getOrInsert(parts, JSON.stringify(values), () => {
        const own = Object.fromEntries(names.map((name, i) => [name, values[i]]));
        return make(own as Pick<Choices, Name>, context);
      });
    };
  };
}

/**
 * Caches what is planned of a part of a recipe: it is made once for each part and task, however many configurations share the part.
 * It is kept as long as the data that a sweep plans from.
 */
export function perPart<Part extends object, Result>(
  make: (part: Part, data: TaskData) => Result,
): (part: Part, data: TaskData) => Result {
  const kept = new WeakMap<TaskData, Map<Part, Result>>();
  return (part, data) => {
    const results = getOrInsert(kept, data, () => new Map());
    return getOrInsert(results, part, () => make(part, data));
  };
}
