/** Items by key, keys in order of appearance. `Map.groupBy` of Node 21. */
export function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * The value of a mapping's own key; undefined where it has none. `mapping[key]` of a name like `constructor`, which tables and sweep
 * files may hold, would find what every object inherits.
 */
export function ownValue<Value>(mapping: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
