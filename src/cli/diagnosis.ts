import { arch, availableParallelism, cpus, platform } from "node:os";
import { describeBackends } from "../solve/backends.ts";
import { findCompiler } from "../solve/compiler.ts";
import { describePtxSources } from "../solve/cuda/ptx.ts";
import { describeCache } from "../solve/kernel-cache.ts";
import { version } from "../version.ts";

/** What the solver can use on this machine. */
export interface Diagnosis {
  lawfit: string;
  node: string;
  machine: string;
  compiler: string;
  cache: string;
  /** Backends in order of preference. */
  backends: { name: string; available: boolean; detail: string }[];
  /** Where the GPU's kernels come from, from the best to the last: compilers, and those built with the package. */
  kernels: { name: string; available: boolean; detail: string }[];
}

/** Looks for everything that the solver can use. */
export async function diagnose(): Promise<Diagnosis> {
  const compiler = await findCompiler();
  return {
    lawfit: version,
    node: process.version,
    machine: `${platform()} ${arch()}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? "unknown processor"}`,
    compiler: "reason" in compiler ? compiler.reason : `${compiler.command}: ${compiler.version}`,
    cache: await describeCache(),
    backends: await describeBackends(),
    kernels: await describePtxSources(),
  };
}

/** A diagnosis as text for people; the backend that `auto` takes is marked. */
export function formatDiagnosis({ backends, kernels, ...facts }: Diagnosis): string {
  const lines = Object.entries(facts).map(([name, fact]) => `${name.padEnd(10)}${fact}`);
  const gpu = backends.some(({ name, available }) => name === "cuda" && available);
  return `${[
    ...lines,
    "",
    "backends",
    ...rows(backends, "taken by auto"),
    "",
    `kernels for the GPU${gpu ? "" : ", once the cuda backend works"}`,
    ...rows(kernels, "taken first"),
  ].join("\n")}\n`;
}

/** A line each; the first that works is marked. */
function rows(entries: Diagnosis["backends"], mark: string): string[] {
  const first = entries.find(({ available }) => available);
  return entries.map((entry) => {
    const { name, available, detail } = entry;
    const state = available ? (entry === first ? `works, ${mark}` : "works") : "does not work";
    return `${name.padEnd(10)}${state}: ${detail}`;
  });
}
