import type { Argv } from "yargs";
import { backendChoices } from "../solve/problem.ts";
import { nameList, wholeNumber } from "./options.ts";
import type { SweepOverrides } from "./read-sweep.ts";
import type { RunArguments } from "./run-named-sweep.ts";

/** Arguments of every command that runs a sweep. */
export interface SweepArguments extends Omit<SweepOverrides, "bootstrap">, RunArguments {
  sweep: string;
}

/** Adds the arguments of a sweep to a command. */
export function sweepOptions(yargs: Argv<object>): Argv<SweepArguments> {
  return yargs
    .positional("sweep", {
      type: "string",
      demandOption: true,
      describe: "name of a preset (docs/sweeps.md), or a sweep file (YAML)",
    })
    .option("table", { type: "string", requiresArg: true, describe: "checkpoint table: a file or a glob" })
    .option("decimal", {
      choices: [".", ","] as const,
      describe: "what stands before the decimals of numbers in CSV files  [default: .]",
    })
    .option("out", {
      type: "string",
      requiresArg: true,
      describe: "run directory to write, or to go on in  [default: runs/<name of the sweep>]",
    })
    .option("fresh", {
      type: "boolean",
      default: false,
      describe: "throw away what is finished in the run directory and start over",
    })
    .option("shard", {
      type: "string",
      requiresArg: true,
      describe:
        "part of the work to do, such as 2/8; auto/8 in a Slurm array or a Kubernetes indexed job (docs/cluster.md)",
    })
    .option("dry-run", {
      type: "boolean",
      default: false,
      describe:
        "print cells, problems, fits, and what time, memory and disk they will take, and solve nothing",
    })
    .option("tasks", {
      type: "string",
      requiresArg: true,
      describe: "tasks, with commas",
      coerce: nameList("tasks"),
    })
    .option("targets", {
      type: "string",
      requiresArg: true,
      describe: "targets, with commas",
      coerce: nameList("targets"),
    })
    .option("starts", {
      type: "string",
      requiresArg: true,
      describe: "random starts of each problem  [default: 256; ladder-matrix 64, flp-m 16]",
      coerce: wholeNumber("starts", 1),
    })
    .option("seed", {
      type: "string",
      requiresArg: true,
      describe: "seed of the random numbers  [default: 0]",
      coerce: wholeNumber("seed", 0),
    })
    .option("backend", {
      choices: backendChoices,
      requiresArg: true,
      describe: "what solves",
    })
    .option("threads", {
      type: "string",
      requiresArg: true,
      describe: "threads that solve  [default: all cores]",
      coerce: wholeNumber("threads", 1),
    })
    .option("quiet", {
      type: "boolean",
      default: false,
      describe: "print nothing but warnings and errors",
    })
    .option("json", {
      type: "boolean",
      default: false,
      describe: "print what happens as lines of JSON",
    });
}
