import { ownValue } from "../collections.ts";
import type { Manifest } from "./manifest.ts";
import { partName } from "./part.ts";
import type { RunState } from "./run-state.ts";

/** Keys of a sweep that change no number, or that are compared by what they stand for. */
const APART = new Set(["table", "threads", "backend", "axes", "tasks", "targets", "forms", "preset"]);
/** Keys that may come where there were none: they add tables and change none. */
const ADDED = new Set(["bootstrap", "backtest", "mixtures", "isoflop"]);
/** Keys that say what is written, and change no number. */
const WRITTEN = new Set(["bootstrap.draws", "rank_undetermined"]);

/**
 * Why a run directory's finished work is not of the sweep that is to be run: a line for each difference. What only
 * adds (values of axes, tasks, targets, a bootstrap where there was none) is no difference.
 */
export function runDifferences(before: RunState, now: RunState): string[] {
  return [
    ...differ("version", before.version, now.version),
    ...differ("kernels", before.kernels, now.kernels),
    ...differ("backend", before.backend, now.backend),
    ...differ("shard", before.part && partName(before.part), now.part && partName(now.part)),
    ...differentTables(before, now),
    ...differentKeys(before.sweep, now.sweep),
    ...missing("tasks", before.tasks, now.tasks),
    ...missing("targets", before.targets, now.targets),
    ...differentSizes(before.sweep.targets, now.sweep.targets),
    ...missingAxes(before, now),
  ];
}

function differ(name: string, before: unknown, now: unknown): string[] {
  return sorted(before) === sorted(now) ? [] : [`${name} was ${shown(before)} and is ${shown(now)}`];
}

/** The keys of two mappings that have different values; those of a mapping within are named `bootstrap.seed`. */
function differingKeys(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  prefix = "",
): { key: string; was: string; is: string }[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) => {
    const [was, is] = [ownValue(before, name), ownValue(now, name)];
    const key = `${prefix}${name}`;
    if (sorted(was) === sorted(is)) return [];
    if (isMapping(was) && isMapping(is)) return differingKeys(was, is, `${key}.`);
    return [{ key, was: shown(was), is: shown(is) }];
  });
}

function differentTables(before: RunState, now: RunState): string[] {
  const sums = ({ tables }: RunState) => tables.map(({ sha256 }) => sha256);
  if (sorted(sums(before)) === sorted(sums(now))) return [];
  const named = ({ tables }: RunState) =>
    tables.map(({ path, rows, sha256 }) => `${path} (${rows} rows, sha256 ${sha256.slice(0, 8)})`).join(", ");
  return [`the table was ${named(before)} and is ${named(now)}`];
}

function differentKeys(before: RunState["sweep"], now: RunState["sweep"]): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => !APART.has(key));
  const own = keys.flatMap((key) => {
    const [was, is] = [ownValue(before, key), ownValue(now, key)];
    if (ADDED.has(key) && was === undefined) return [];
    // A bootstrap brings profiles with it.
    if (key === "profiles" && was === false && is === true) return [];
    return differingKeys({ [key]: was }, { [key]: is })
      .filter((one) => !WRITTEN.has(one.key))
      .map((one) => `${one.key} was ${one.was} and is ${one.is}`);
  });
  const { forms } = before;
  const known = isMapping(forms) ? forms : {};
  return [
    ...own,
    ...Object.keys(known).flatMap((name) => differ(`forms.${name}`, known[name], entry(now.forms, name))),
  ];
}

function missing(what: string, before: readonly string[], now: readonly string[]): string[] {
  const gone = before.filter((one) => !now.includes(one));
  return gone.length === 0 ? [] : [`${what} had ${gone.join(", ")}`];
}

/** A target that is given by its size may not change it. */
function differentSizes(before: unknown, now: unknown): string[] {
  const sizes = (targets: unknown) =>
    new Map(
      (Array.isArray(targets) ? targets : []).flatMap((one: unknown): [string, unknown][] =>
        isMapping(one) ? [[String(one.name), one]] : [],
      ),
    );
  const is = sizes(now);
  return [...sizes(before)].flatMap(([name, size]) =>
    is.has(name) ? differ(`target ${name}`, size, is.get(name)) : [],
  );
}

function missingAxes(before: RunState, now: RunState): string[] {
  const known = new Set(now.configurations);
  const gone = before.configurations.filter((one) => !known.has(one)).length;
  if (gone === 0) return [];
  const lost = Object.entries(before.axes).flatMap(([axis, values]) => {
    const left = values.filter((value) => !now.axes[axis]?.includes(value));
    return left.length === 0 ? [] : [`axis ${axis} had ${left.join(", ")}`];
  });
  return lost.length > 0
    ? lost
    : [`${gone} of ${before.configurations.length} configurations are not there any more`];
}

function entry(mapping: unknown, name: string): unknown {
  return isMapping(mapping) ? ownValue(mapping, name) : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "string" ? value : sorted(value);
}

/** JSON with the keys in order, so that equal things are equal texts. */
function sorted(value: unknown): string {
  return (
    JSON.stringify(value, (_, one: unknown) =>
      isMapping(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
    ) ?? "none"
  );
}

/** What differs between two finished runs: a line each. */
export function differentManifests(before: Manifest, after: Manifest): string[] {
  const sums = ({ tables }: Manifest) => tables.map(({ sha256 }) => sha256).join();
  const rows = ({ tables }: Manifest) => tables.map((one) => `${one.path} (${one.rows} rows)`).join(", ");
  const tables = sums(before) === sums(after) ? [] : [`table: ${rows(before)} -> ${rows(after)}`];
  const plain = { version: before.version, backend: before.backend };
  const others = differingKeys(
    { ...plain, ...withoutTable(before) },
    { version: after.version, backend: after.backend, ...withoutTable(after) },
  ).map(({ key, was, is }) => `${key}: ${was} -> ${is}`);
  return [...tables, ...others];
}

/** Keys of the sweep that say what was computed. */
function withoutTable({ sweep }: Manifest): Record<string, unknown> {
  const { table: _, threads: __, backend: ___, ...rest } = sweep;
  return rest;
}
