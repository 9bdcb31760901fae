import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import type { BacktestSpec } from "../backtest/spec.ts";
import type { BootstrapSpec } from "../bootstrap/spec.ts";
import { didYouMean, UserError } from "../errors.ts";
import type { MixturesSpec } from "../mixture/spec.ts";
import { presets } from "../spec/presets.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { readSweepFile } from "../spec/sweep-file.ts";
import { tableFormat } from "../tables/files.ts";
import { shellWord } from "../text.ts";

/** Options of the command line that go before what the sweep says. */
export interface SweepOverrides extends Pick<SweepSpec, "starts" | "seed" | "backend" | "threads" | "tasks"> {
  table: string | undefined;
  targets: string[] | undefined;
  decimal?: SweepSpec["decimal"];
  /** Keys of `bootstrap:`; the sweep has one from then on. */
  bootstrap?: BootstrapSpec;
  /** Keys of `backtest:`, likewise. */
  backtest?: BacktestSpec;
  /** Keys of `mixtures:`, likewise. */
  mixtures?: MixturesSpec;
}

/** A sweep that the command line names. */
export interface NamedSweep {
  /** Name of the preset, or of the file without its ending. */
  name: string;
  spec: SweepSpec;
  sweepFile: { path: string; text: string } | undefined;
}

/**
 * Finds the preset or reads the sweep file of that name, and puts the options over it.
 *
 * @throws UserError for a name that is neither, and for a file that is not valid
 */
export async function readSweep(name: string, overrides: SweepOverrides): Promise<NamedSweep> {
  if (presets.has(name)) {
    return { name, spec: withOverrides({ preset: name }, overrides), sweepFile: undefined };
  }
  if (!existsSync(name) && !/[/\\]|\.ya?ml$/i.test(name)) {
    const names = [...presets.keys()];
    throw new UserError(
      `${JSON.stringify(name)} is neither a preset nor a sweep file; allowed: ${names.join(", ")}, or the path of a ` +
        `YAML file${didYouMean(name, names)}`,
    );
  }
  const { path, text, spec } = await readSweepFile(name).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(error.message + tableHint(name)) : error;
  });
  return {
    name: basename(path, extname(path)),
    // The checked spec holds what the file said; columns, axes and forms are checked when it is run.
    spec: withOverrides(spec as SweepSpec, overrides),
    sweepFile: { path, text },
  };
}

/** For the end of a message on a sweep file that is a table by its name; JSON may be either. */
function tableHint(name: string): string {
  if (tableFormat(name) === undefined || /\.json$/i.test(name)) return "";
  return `; a table goes with a preset: lawfit sweep ladder --table ${shellWord(name)}`;
}

function withOverrides(spec: SweepSpec, overrides: SweepOverrides): SweepSpec {
  const given = Object.entries(overrides).filter(
    ([key, value]) => Object.hasOwn(EMPTY, key) && value !== undefined,
  );
  const { targets, bootstrap, backtest, mixtures } = overrides;
  return {
    ...spec,
    ...Object.fromEntries(given),
    // A name may be that of a size in the sweep file.
    ...(targets && { targets: targets.map((name) => sizeOf(spec, name) ?? name) }),
    ...(bootstrap && { bootstrap: { ...spec.bootstrap, ...withoutUndefined(bootstrap) } }),
    ...(backtest && { backtest: { ...spec.backtest, ...withoutUndefined(backtest) } }),
    ...(mixtures && { mixtures: { ...spec.mixtures, ...withoutUndefined(mixtures) } }),
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

/** The options that are passed on; yargs adds some of its own. */
const EMPTY: SweepOverrides = {
  table: undefined,
  decimal: undefined,
  targets: undefined,
  tasks: undefined,
  starts: undefined,
  seed: undefined,
  backend: undefined,
  threads: undefined,
};

function sizeOf({ targets }: SweepSpec, name: string) {
  return targets?.find((target) => typeof target !== "string" && target.name === name);
}
