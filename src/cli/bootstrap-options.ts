import type { Argv } from "yargs";
import type { BootstrapSpec } from "../bootstrap/spec.ts";
import { nameList, numberList, wholeNumber } from "./options.ts";
import type { SweepArguments } from "./sweep-options.ts";

/** Arguments of the commands that resample. */
export interface BootstrapArguments {
  resamples: number | undefined;
  scheme: string | undefined;
  level: number[] | undefined;
  intervals: string[] | undefined;
  "block-length": number | undefined;
  "fresh-starts": number | undefined;
  purposes: string[] | undefined;
  questions: number | undefined;
  draws: boolean | undefined;
}

/** Adds the arguments of a bootstrap to a command. */
export function bootstrapOptions(yargs: Argv<SweepArguments>): Argv<SweepArguments & BootstrapArguments> {
  return yargs
    .option("resamples", {
      type: "string",
      requiresArg: true,
      describe: "replicates of each problem  [default: 1000]",
      coerce: wholeNumber("resamples", 2),
    })
    .option("scheme", {
      type: "string",
      requiresArg: true,
      describe:
        "what is drawn: run, run-by-size, wild, block, residual, parametric, row (docs/bootstrap.md)  [default: run]",
    })
    .option("level", {
      type: "string",
      requiresArg: true,
      describe: "what the intervals are to cover, with commas  [default: 0.9]",
      coerce: numberList("level"),
    })
    .option("intervals", {
      type: "string",
      requiresArg: true,
      describe:
        "percentile, expanded, basic, bca, studentised, delta, paper-delta, with commas  [default: percentile]",
      coerce: nameList("intervals"),
    })
    .option("block-length", {
      type: "string",
      requiresArg: true,
      describe: "checkpoints of a block, for scheme block  [default: 5]",
      coerce: wholeNumber("block-length", 1),
    })
    .option("fresh-starts", {
      type: "string",
      requiresArg: true,
      describe: "random starts of each replicate, beside the fit of the data  [default: 3]",
      coerce: wholeNumber("fresh-starts", 0),
    })
    .option("purposes", {
      type: "string",
      requiresArg: true,
      describe: "what the intervals are for: curve, run, checkpoint, with commas  [default: curve]",
      coerce: nameList("purposes"),
    })
    .option("questions", {
      type: "string",
      requiresArg: true,
      describe: "questions of the evaluation set, for purpose checkpoint",
      coerce: wholeNumber("questions", 1),
    })
    .option("draws", { type: "boolean", describe: "write the draws too, in table draws  [default: no]" });
}

/** What was given, as the keys of `bootstrap:`. */
export function bootstrapOf(given: BootstrapArguments): BootstrapSpec {
  const { resamples, scheme, level, intervals, purposes, questions, draws } = given;
  const { "block-length": block_length, "fresh-starts": fresh_starts } = given;
  const counts = { resamples, block_length, fresh_starts };
  return { ...counts, scheme, levels: level, intervals, purposes, questions, draws };
}
