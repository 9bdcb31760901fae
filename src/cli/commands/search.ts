import type { Argv, CommandModule } from "yargs";
import { definedValues } from "../../collections.ts";
import type { CheckedSpec } from "../../spec/spec.ts";
import { givenKeys, keyOptions } from "../key-options.ts";
import { formatOption, partOption, shardOption, switchOption, textOption } from "../options.ts";
import { axesOf, inputParts, lossOptions, pairs } from "./fit.ts";

interface SearchArguments {
  table: string;
  law: string | string[] | undefined;
  x: string | string[] | undefined;
  loss: string | string[] | undefined;
  delta: number | undefined;
  residual: string | string[] | undefined;
  cost: string | undefined;
  grammar: string | undefined;
  at: string | string[] | undefined;
  out: string | undefined;
  fresh: boolean;
  quiet: boolean;
  format: "text" | "json";
  shard: string | undefined;
  "dry-run": boolean;
}

/** `lawfit search TABLE`. */
export const searchCommand: CommandModule<object, SearchArguments> = {
  builder: (yargs) =>
    lossOptions(
      keyOptions(
        keyOptions(
          keyOptions(yargs as Argv<object>, undefined, ["decimal", "seed", "backend", "threads"]),
          "fit",
        ),
        "search",
      ),
    )
      .positional("table", {
        type: "string",
        demandOption: true,
        describe: "table of any columns: a file or a glob",
      })
      .option("law", {
        type: "string",
        array: false,
        requiresArg: true,
        describe:
          "form, or an expression, that the found law is compared with; may be repeated  [default: chinchilla of N and D, else a sum of powers]",
      })
      .option("x", {
        ...textOption,
        describe: "inputs of the laws: N,D or N=params,D=tokens*1e9; may be repeated  [default: N,D]",
      })
      .option("cost", {
        ...textOption,
        describe:
          "cost of a row, a column or an SQL expression: the costlier rows are predicted  [default: C, or 6*N*D]",
      })
      .option("grammar", {
        ...textOption,
        describe: "YAML file that says what laws are made of (docs/search.md)",
      })
      .option("at", { ...textOption, describe: "inputs to predict at: N=7e9,D=2e12; may be repeated" })
      .option("out", {
        ...textOption,
        describe: "where to write the run directory  [default: nothing is written; of shards runs/search]",
      })
      .option("fresh", {
        ...switchOption,
        describe: "discard finished work in the run directory and start over",
      })
      .option("shard", shardOption)
      .option("quiet", { ...switchOption, describe: "print nothing but the result, warnings and errors" })
      .option("format", formatOption(["text", "json"], "text for people; json, the tables in full precision"))
      .option("dry-run", {
        ...switchOption,
        describe:
          "print cells, problems, fits, and what time, memory and disk they will take, and solve nothing",
      })
      .example("$0 runs.csv --out found --shard 1/8", "a part of the first round; then lawfit merge found")
      .example("$0 runs.csv --y loss --x N,D", "is chinchilla the right law?")
      .example(
        '$0 runs.csv --y loss --x "N=params,S=streams" --cost params --test "params > 3e9"',
        "other inputs, rows held out",
      ),
  handler: async (given) => {
    const spec = await searchSpecOf(given);
    const { out = "runs/search", fresh, quiet } = given;
    const isJson = given.format === "json";
    const shard = partOption(given.shard);
    if (given["dry-run"]) {
      const { printEstimate } = await import("../estimate-summary.ts");
      return printEstimate({ name: "search", spec, sweepFile: undefined }, { out, json: isJson, shard });
    }
    const { runFit, runOneShard } = await import("../run-named-sweep.ts");
    if (shard !== undefined) return runOneShard(spec, shard, { out, fresh, quiet, isJson, where: "search" });
    return runFit(spec, given, "search");
  },
};

/** The sweep by which laws are sought as the options say. */
async function searchSpecOf(given: SearchArguments): Promise<CheckedSpec> {
  const { checkSpec } = await import("../../spec/spec.ts");
  const argv = given as unknown as Record<string, unknown>;
  const parts = inputParts(given.x ?? "N,D");
  const names = parts.map((part) => part.split("=")[0]!.trim());
  const mapped = parts.filter((part) => part.includes("="));
  const grammar = given.grammar === undefined ? undefined : await readGrammar(given.grammar);
  const law = given.law ?? referenceOf(names);
  const spec = {
    ...givenKeys(argv),
    ...{ method: "fit", table: [given.table], axes: axesOf({ ...given, law }) },
    fit: definedValues({
      ...givenKeys(argv, "fit"),
      cost: given.cost,
      x: mapped.length === 0 ? undefined : pairs("x", mapped.join(",")),
      at: given.at === undefined ? undefined : [given.at].flat().map((point) => pairs("at", point)),
    }),
    search: definedValues({ ...givenKeys(argv, "search"), inputs: names, grammar }),
  };
  return checkSpec(spec, "search");
}

async function readGrammar(path: string): Promise<unknown> {
  const { readYamlFile } = await import("../../spec/sweep-file.ts");
  const { checkMapping } = await import("../../spec/spec.ts");
  const { checkPieces, grammarSchema } = await import("../../search-laws/grammar.ts");
  const { content } = await readYamlFile(path);
  checkPieces(checkMapping(grammarSchema, content, { where: path, what: "a grammar" }), path);
  return content;
}

/** The law that a found one is compared with where none is named. Its parameters have names of two letters, which are not taken for a column's with a slip of the pen. */
function referenceOf(inputs: readonly string[]): string {
  if (inputs.includes("N") && inputs.includes("D")) return "chinchilla";
  const constant = inputs.includes("E") ? "c0" : "E";
  return [constant, ...inputs.map((name, i) => `A${i + 1}*${name}^(-p${i + 1})`)].join(" + ");
}
