import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { didYouMean, UserError } from "../errors.ts";
import { cacheFolders } from "../solve/paths.ts";
import { presets } from "../spec/presets.ts";
import { type CheckedSpec, checkSpec } from "../spec/spec.ts";
import { isAddress, tableFormat } from "../tables/files.ts";
import { shellWord } from "../text.ts";
import type { GivenKeys } from "./key-options.ts";

/** A sweep that the command line names. */
export interface NamedSweep {
  /** Name of the preset, or of the file without its ending. */
  name: string;
  spec: CheckedSpec;
  sweepFile: { path: string; text: string } | undefined;
}

/**
 * Finds the preset or reads the sweep file of that name, and puts what the command line gives over it.
 *
 * @throws UserError for a name that is neither, for a file that is not valid, and for values that are not allowed
 */
export async function readSweep(name: string, options: GivenKeys): Promise<NamedSweep> {
  const given = await withLocalTables(options);
  if (presets.has(name)) {
    const spec = checkSpec({ preset: name, ...given }, `preset ${name}`);
    return { name, spec, sweepFile: undefined };
  }
  if (!existsSync(name) && !/[/\\]|\.ya?ml$/i.test(name)) {
    const names = [...presets.keys()];
    throw new UserError(
      `${JSON.stringify(name)} is neither a preset nor a sweep file; allowed: ${names.join(", ")}, or the path of a ` +
        `YAML file${didYouMean(name, names)}`,
    );
  }
  const { readSweepFile } = await import("../spec/sweep-file.ts");
  const { path, text, spec } = await readSweepFile(name).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(error.message + tableHint(name)) : error;
  });
  return {
    name: basename(path, extname(path)),
    spec: checkSpec(withGiven(spec, given), path),
    sweepFile: { path, text },
  };
}

/** What the command line gives, with copies on this machine in place of addresses under `--table`. */
async function withLocalTables(given: GivenKeys): Promise<GivenKeys> {
  const paths = [given.table ?? []].flat() as string[];
  if (!paths.some(isAddress)) return given;
  const { localCopies } = await import("../tables/remote.ts");
  return { ...given, table: await localCopies(paths, join(cacheFolders()[0]!, "tables")) };
}

/** For the end of a message on a sweep file that is a table by its name; JSON may be either. */
function tableHint(name: string): string {
  if (tableFormat(name) === undefined || /\.json$/i.test(name)) return "";
  return `; a table goes with a preset: lawfit sweep ladder --table ${shellWord(name)}`;
}

/** A sweep with what the command line gives in place of what it says; of a mapping, key by key. */
function withGiven(spec: CheckedSpec, given: GivenKeys): Record<string, unknown> {
  const said: Record<string, unknown> = { ...spec };
  const entries = Object.entries(given).map(([key, value]) => {
    // A name may be that of a size in the sweep file.
    if (key === "targets") return [key, (value as string[]).map((name) => sizeOf(spec, name) ?? name)];
    return [key, isMapping(value) ? { ...(said[key] ?? {}), ...value } : value];
  });
  return { ...said, ...Object.fromEntries(entries) };
}

function isMapping(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sizeOf({ targets }: CheckedSpec, name: string) {
  return targets?.find((target) => typeof target !== "string" && target.name === name);
}
