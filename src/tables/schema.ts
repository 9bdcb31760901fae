/** One column of the checkpoint-table schema, for validation, messages and documentation. */
export interface SchemaColumn {
  name: string;
  kind: "text" | "number";
  required: boolean;
  description: string;
}

/** The columns that are not metrics. Any other number column is a metric (loss, ce, accuracy, ...). */
export const SCHEMA: readonly SchemaColumn[] = [
  { name: "run", kind: "text", required: true, description: "name of the training run" },
  { name: "role", kind: "text", required: false, description: "`fit` or `target`; `fit` where absent" },
  { name: "n", kind: "number", required: true, description: "parameters of the model" },
  { name: "d", kind: "number", required: true, description: "tokens seen at this checkpoint" },
  { name: "c", kind: "number", required: false, description: "FLOPs at this checkpoint; 6*n*d where absent" },
  { name: "step", kind: "number", required: false, description: "training step of this checkpoint" },
  { name: "subject", kind: "text", required: true, description: "task or validation domain measured" },
  { name: "family", kind: "text", required: false, description: "group of runs trained alike" },
  {
    name: "phase",
    kind: "text",
    required: false,
    description:
      "part of training apart from the main series; its rows are left out of fits and actual values",
  },
];

/** Names of the columns that are not metrics. */
export const SCHEMA_NAMES: readonly string[] = SCHEMA.map(({ name }) => name);

/** Columns `mix.<source>` hold the share of a training source. */
export const MIX_PREFIX = "mix.";
