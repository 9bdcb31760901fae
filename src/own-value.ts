/**
 * The value of a mapping's own key; undefined where it has none. `mapping[key]` of a name like `constructor`, which tables and sweep
 * files may hold, would find what every object inherits.
 */
export function ownValue<Value>(mapping: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
