import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { writeChecked } from "../../src/solve/checked-file.ts";
import { ptxFor } from "../../src/solve/cuda/ptx.ts";
import { packageFolder } from "../../src/solve/paths.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { buildNvrtc } from "../solve/cuda/stand-in/nvrtc.ts";
import { buildStandIn, hostPtx, noStandIn } from "../solve/cuda/stand-in/stand-in.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { lawfit } from "./command-line.ts";

const { folder } = temporaryFolder();
const table = join(folder, "small.parquet");
const earlierRun = join(folder, "earlier");
beforeAll(async () => {
  await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder())));
  const words = ["--table", table, "--out", earlierRun, "--threads", "1", "--starts", "8"];
  expect(await lawfit("sweep", "ladder", ...words)).toMatchObject({ code: 0 });
});

/** The most starts that a sweep takes: seconds on one thread of any processor. */
const many = "1000000";

/** Runs `lawfit sweep` as a process of its own, and kills it at the line that `killAt` matches. */
function sweep(
  out: string,
  {
    words,
    environment = {},
    killAt,
    command = ["sweep", "ladder", "--table", table],
  }: { words: string[]; environment?: NodeJS.ProcessEnv; killAt?: RegExp; command?: readonly string[] },
): Promise<{ code: number | null; signal: string | null; lines: string[] }> {
  const program = join(packageFolder, "bin", "lawfit.js");
  const given = [...command, "--out", out, "--threads", "1", ...words];
  const child = spawn(process.execPath, [program, ...given], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    lines.push(line);
    if (killAt?.test(line)) child.kill("SIGKILL");
  });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code, signal) => done({ code, signal, lines }));
  });
}

/** Every table of a run directory, and its manifest, with their bytes. */
function contentOf(path: string): Record<string, string> {
  const names = readdirSync(path).filter((name) => /\.parquet$|^manifest\.json$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name)).toString("base64")]));
}

interface Killed {
  words: string[];
  environment?: NodeJS.ProcessEnv;
  killAt: RegExp;
}

const startsOver = (options: Killed): Killed => ({
  ...options,
  words: [...options.words, "--starts", many, "--fresh"],
});

/** Kills a sweep that starts over in a folder with an earlier run. */
async function expectKept(place: string, options: Killed): Promise<void> {
  const out = join(place, "run");
  cpSync(earlierRun, out, { recursive: true });
  const earlier = contentOf(out);
  expect(Object.keys(earlier)).toContain("manifest.json");
  expect(await sweep(out, startsOver(options))).toMatchObject({ signal: "SIGKILL" });
  expect(readdirSync(place)).toEqual(["run"]);
  expect(contentOf(out)).toEqual(earlier);
}

describe("a sweep that is killed while it solves leaves no table, or those of the run before", () => {
  test.skipIf(cxx === undefined)("native (skipped without a compiler)", async () => {
    // What solves is said when solving begins.
    const options: Killed = { words: ["--backend", "native"], killAt: /^backend: cpu, / };
    const place = join(folder, "native");
    const out = join(place, "run");
    mkdirSync(place);
    expect(await sweep(out, startsOver(options))).toMatchObject({ signal: "SIGKILL" });
    expect(existsSync(out) ? contentOf(out) : {}).toEqual({});

    await expectKept(place, options);
  });

  test.runIf(hasPortable && wholeCrosses)("portable (only in test:all, where it is)", async () => {
    await expectKept(join(folder, "portable"), {
      words: ["--backend", "portable"],
      killAt: /^backend: cpu, WebAssembly/,
    });
  });

  const cuda = `cuda, by the stand-in (${noStandIn ?? "only in test:all"})`;
  test.runIf(noStandIn === undefined && wholeCrosses)(cuda, async () => {
    const driver = await buildStandIn();
    try {
      const environment = {
        LAWFIT_LIBCUDA: driver.path,
        LAWFIT_STAND_IN: "announce=1",
        ...(await cacheOfHostBuilds(join(folder, "cache"))),
      };
      // Some batches have come back then, others are on their way.
      const killAt = /^batch device=0 /;
      await expectKept(join(folder, "cuda"), { words: ["--backend", "cuda"], environment, killAt });
    } finally {
      driver.remove();
    }
  });
});

test.skipIf(cxx === undefined)("a fit that is killed goes on to the same tables", async () => {
  const rows = ["a", "b"].flatMap((group, g) =>
    Array.from({ length: 12 }, (_, i) => {
      const y = 1.7 + (2 + g) * (1 + i) ** -0.4 + 0.01 * Math.sin(5 * i + g);
      return `${group},${1 + i},${y}\n`;
    }),
  );
  const path = join(folder, "groups.csv");
  writeFileSync(path, `g,x,y\n${rows.join("")}`);
  const law = ["--law", "y = a + b*ln(x)", "--group", "g", "--bootstrap", "60", "--profile", "--draws"];
  const command = ["fit", path, ...law];
  const tablesOf = (out: string) =>
    Object.entries(contentOf(out)).filter(([name]) => name.endsWith(".parquet"));
  const [whole, killed] = [join(folder, "whole-fit"), join(folder, "killed-fit")];
  const ended = (out: string) => lawfit(...command, "--out", out, "--threads", "1");
  expect(await ended(whole)).toMatchObject({ code: 0 });
  // Its fits are kept then, its profiles and resamples are not made.
  expect(await sweep(killed, { command, words: [], killAt: /^solved from / })).toMatchObject({
    signal: "SIGKILL",
  });
  expect(tablesOf(killed)).toEqual([]);
  expect(await ended(killed)).toMatchObject({ code: 0 });
  expect(tablesOf(killed)).toEqual(tablesOf(whole));
});

/**
 * A cache of kernels in which the stand-in's host builds are under the names of what a compiler of PTX (the stand-in for
 * NVRTC) would make of the sweep's forms. @returns the environment that a process needs to find them
 */
async function cacheOfHostBuilds(cache: string): Promise<NodeJS.ProcessEnv> {
  const environment = { LAWFIT_CACHE: cache, LAWFIT_NVRTC: buildNvrtc(cxx!, join(folder, "nvrtc")) };
  const before = { ...process.env };
  const variants = [
    { form: getForm("chinchilla"), logResidual: true, robust: true },
    { form: getForm("sigmoid"), logResidual: false, robust: false },
  ];
  for (const { form, logResidual, robust } of variants) {
    const { kernelSource: formSource, parameterNames } = form;
    const variant = {
      formSource,
      parameters: parameterNames.length,
      logResidual,
      robust,
      resampling: "none",
    } as const;
    const capability = { major: 9, minor: 0 };
    const { ptx } = await hostPtx(variant, capability);
    const known = new Set(existsSync(cache) ? readdirSync(cache) : []);
    Object.assign(process.env, environment);
    try {
      await ptxFor(variant, capability);
    } finally {
      for (const name of Object.keys(environment)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
    const [made] = readdirSync(cache).filter((name) => !known.has(name));
    await writeChecked(join(cache, made!), Buffer.from(ptx));
  }
  return environment;
}
