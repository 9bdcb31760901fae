import { ownValue } from "../collections.ts";
import { analyses } from "../registry.ts";
import type { JobState } from "./job-state.ts";
import type { Manifest } from "./manifest.ts";
import { shardName } from "./shard.ts";

/** Keys of a sweep that change no number, or whose resolved values are compared instead. */
const APART = new Set(["table", "threads", "backend", "axes", "tasks", "targets", "forms", "preset"]);
/** Keys that may be added later: they add tables and change none. */
const ADDED = new Set<string>(["bootstrap", ...analyses.map(({ key }) => key)]);
/** Keys that choose what is written, and change no number. */
const WRITTEN = new Set(["bootstrap.draws", "rank_undetermined"]);

/**
 * Why a job directory's finished work does not belong to the given sweep: a line for each difference. A key that only
 * adds something (values of axes, tasks, targets, a first bootstrap) does not count as a difference.
 */
export function jobDifferences(before: JobState, now: JobState): string[] {
  return [
    ...differ("version", before.version, now.version),
    ...differ("kernels", before.kernels, now.kernels),
    ...differ("backend", before.backend, now.backend),
    ...differ("shard", before.part && shardName(before.part), now.part && shardName(now.part)),
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

function differentTables(before: JobState, now: JobState): string[] {
  const sums = ({ tables }: JobState) => tables.map(({ sha256 }) => sha256);
  if (sorted(sums(before)) === sorted(sums(now))) return [];
  const named = ({ tables }: JobState) =>
    tables.map(({ path, rows, sha256 }) => `${path} (${rows} rows, sha256 ${sha256.slice(0, 8)})`).join(", ");
  return [`the table was ${named(before)} and is ${named(now)}`];
}

function differentKeys(before: JobState["sweep"], now: JobState["sweep"]): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => !APART.has(key));
  const differing = keys.flatMap((key) => {
    const [was, is] = [ownValue(before, key), ownValue(now, key)];
    if (ADDED.has(key) && was === undefined) return [];
    // A bootstrap brings profiles with it.
    if (key === "profiles" && was === false && is === true) return [];
    return differingKeys({ [key]: was }, { [key]: is }).filter((change) => !WRITTEN.has(change.key));
  });
  const forms = isMapping(before.forms) ? before.forms : {};
  const formsNow = isMapping(now.forms) ? now.forms : {};
  return [
    ...differing.map(({ key, was, is }) => `${key} was ${was} and is ${is}`),
    ...Object.keys(forms).flatMap((name) => differ(`forms.${name}`, forms[name], ownValue(formsNow, name))),
  ];
}

function missing(what: string, before: readonly string[], now: readonly string[]): string[] {
  const gone = before.filter((name) => !now.includes(name));
  return gone.length === 0 ? [] : [`${what} had ${gone.join(", ")}, now missing`];
}

/** A target that is given by its size may not change it. */
function differentSizes(before: unknown, now: unknown): string[] {
  const sizes = (targets: unknown) =>
    new Map(
      (Array.isArray(targets) ? targets : []).flatMap((target: unknown): [string, unknown][] =>
        isMapping(target) ? [[String(target.name), target]] : [],
      ),
    );
  const is = sizes(now);
  return [...sizes(before)].flatMap(([name, size]) =>
    is.has(name) ? differ(`target ${name}`, size, is.get(name)) : [],
  );
}

function missingAxes(before: JobState, now: JobState): string[] {
  const left = new Set(now.configurations);
  const gone = before.configurations.filter((hash) => !left.has(hash)).length;
  if (gone === 0) return [];
  const lost = Object.entries(before.axes).flatMap(([axis, values]) => {
    const missingValues = values.filter((value) => !now.axes[axis]?.includes(value));
    return missingValues.length === 0 ? [] : [`axis ${axis} had ${missingValues.join(", ")}, now missing`];
  });
  return lost.length > 0
    ? lost
    : [`${gone} of ${before.configurations.length} configurations are now missing`];
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
    JSON.stringify(value, (_, inner: unknown) =>
      isMapping(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "none"
  );
}

/** What differs between two finished jobs: a line each. */
export function differentManifests(before: Manifest, after: Manifest): string[] {
  const sums = ({ tables }: Manifest) => tables.map(({ sha256 }) => sha256).join();
  const named = ({ tables }: Manifest) => tables.map(({ path, rows }) => `${path} (${rows} rows)`).join(", ");
  const tables = sums(before) === sums(after) ? [] : [`table: ${named(before)} -> ${named(after)}`];
  // The table is compared separately, and threads change no number.
  const computed = ({
    version,
    backend,
    sweep: { table: _, threads: __, backend: ___, ...sweep },
  }: Manifest) => {
    return { version, backend, ...sweep };
  };
  const others = differingKeys(computed(before), computed(after));
  return [...tables, ...others.map(({ key, was, is }) => `${key}: ${was} -> ${is}`)];
}
