/** Items by key, keys in order of appearance. `Map.groupBy` of Node 21. */
export function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) getOrInsert(groups, keyOf(item), () => []).push(item);
  return groups;
}

/** A map, weak or not. */
interface Insertable<Key, Value> {
  get(key: Key): Value | undefined;
  has(key: Key): boolean;
  set(key: Key, value: Value): unknown;
}

/** The value of a key, which is made and kept where there is none. `Map.prototype.getOrInsertComputed` of later engines. */
export function getOrInsert<Key, Value>(
  map: Insertable<Key, Value>,
  key: NoInfer<Key>,
  make: () => NoInfer<Value>,
): Value {
  const value = map.get(key);
  if (value !== undefined || map.has(key)) return value as Value;
  const made = make();
  map.set(key, made);
  return made;
}

/** The same of a map that keeps the `most` entries that were made last. */
export function getOrInsertRecent<Key, Value>(
  map: Map<Key, Value>,
  most: number,
  key: NoInfer<Key>,
  make: () => NoInfer<Value>,
): Value {
  const value = getOrInsert(map, key, make);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
  return value;
}

/** A map with the same keys and other values. */
export function mapValues<Key, Before, After>(
  map: ReadonlyMap<Key, Before>,
  change: (value: Before) => After,
): Map<Key, After> {
  return new Map(Array.from(map, ([key, value]) => [key, change(value)]));
}

/** A mapping without the keys whose value is undefined. */
export function definedValues<Value>(
  mapping: Readonly<Record<string, Value>>,
): Record<string, Exclude<Value, undefined>> {
  const entries = Object.entries(mapping).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, Exclude<Value, undefined>>;
}

/**
 * The value of a mapping's own key; undefined where it has none. `mapping[key]` would find what every object inherits, such as
 * `constructor`, which may be a name in a table or a sweep file.
 */
export function ownValue<Value>(mapping: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

/** The value at a path of keys. */
export function valueAtPath(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }, given);
}

/** Arrays of numbers one after the other, as one. */
export function concatenated(parts: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    // A loop is sooner done with a few numbers.
    if (part.length > 64) all.set(part, at);
    else for (let i = 0; i < part.length; i++) all[at + i] = part[i]!;
    at += part.length;
  }
  return all;
}
