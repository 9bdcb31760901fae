import { arch, availableParallelism, cpus, platform } from "node:os";
import { describeBackends } from "../solve/backends.ts";
import { findCompiler } from "../solve/compiler.ts";
import { cacheFolder } from "../solve/paths.ts";
import { version } from "../sweep/version.ts";

/** What lawfit found on this machine. */
export interface Diagnosis {
  lawfit: string;
  node: string;
  machine: string;
  compiler: string;
  cache: string;
  /** From the best to the last. */
  backends: { name: string; available: boolean; detail: string }[];
}

/** Looks for all that the solver can use. */
export async function diagnose(): Promise<Diagnosis> {
  const compiler = await findCompiler();
  return {
    lawfit: version,
    node: process.version,
    machine: `${platform()} ${arch()}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? "unknown processor"}`,
    compiler: "reason" in compiler ? compiler.reason : `${compiler.command}: ${compiler.version}`,
    cache: cacheFolder(),
    backends: await describeBackends(),
  };
}

/** A diagnosis as text for people; the backend that `auto` takes is marked. */
export function formatDiagnosis({ backends, ...facts }: Diagnosis): string {
  const first = backends.find(({ available }) => available);
  const lines = Object.entries(facts).map(([name, fact]) => `${name.padEnd(10)}${fact}`);
  const more = backends.map((backend) => {
    const state = backend.available
      ? backend === first
        ? "works, taken by auto"
        : "works"
      : "does not work";
    return `${backend.name.padEnd(10)}${state}: ${backend.detail}`;
  });
  return `${[...lines, "", "backends", ...more].join("\n")}\n`;
}
