import { getOrInsert, groupBy } from "../../collections.ts";
import { didYouMean, UserError } from "../../errors.ts";
import {
  type CellSource,
  COUNT_OR_EMPTY,
  cellError,
  optionalNumbers,
  requireColumn,
  requiredTexts,
  STEP,
  texts,
} from "../cells.ts";
import type { Role } from "../checkpoint-table.ts";
import { findColumn } from "../table.ts";
import { readRuns } from "./importer.ts";

/** What a side table says of a model, or of one of its checkpoints; a missing number is NaN. */
export interface ModelFacts {
  model: string;
  /** Null for the model as a whole. */
  revision: string | null;
  run: string | null;
  n: number;
  d: number;
  c: number;
  step: number;
  tokensPerStep: number;
  role: Role | null;
  family: string | null;
  phase: string | null;
}

/** Stands for every model that has no row of its own. */
const EVERY = "*";

const COLUMNS = "model, revision, step, n, d, c, tokens_per_step, run, role, family, phase";

/**
 * The side table of an import (`--models`): a table of any format with the column `model` and any of `revision`, `step`, `n`, `d`, `c`,
 * `tokens_per_step`, `run`, `role`, `family` and `phase`. A row with a revision is about that checkpoint alone; the model
 * `*` stands for all that have no row.
 */
export class ModelsTable {
  readonly #rows: Map<string, ModelFacts[]>;
  readonly #unused: Set<ModelFacts>;
  readonly #path: string;

  private constructor(path: string, rows: readonly ModelFacts[]) {
    this.#path = path;
    this.#unused = new Set(rows.filter(({ model }) => model !== EVERY));
    this.#rows = groupBy(rows, ({ model }) => model);
  }

  /** Reads a side table. @throws UserError for a table without the column `model`, and for cells that are not valid */
  static async read(path: string): Promise<ModelsTable> {
    const from = await readRuns([path], ["model", "revision", "run", "role", "family", "phase"]);
    const known = new Set(COLUMNS.split(", "));
    const odd = from.table.columns.find(({ name }) => !known.has(name));
    if (odd !== undefined) {
      throw new UserError(
        `${path}: column ${JSON.stringify(odd.name)}; allowed: ${COLUMNS}${didYouMean(odd.name, [...known])}`,
      );
    }
    return new ModelsTable(path, factsOf(from));
  }

  /** What is said of a checkpoint, that of the checkpoint before that of the model. Names match whole, or by what follows their last `/`. */
  of(model: string, revision: string): readonly ModelFacts[] {
    const last = model.split(/[\\/]/).at(-1)!;
    const rows = this.#rows.get(model) ?? this.#rows.get(last) ?? this.#rows.get(EVERY) ?? [];
    const matching = rows.filter((facts) => facts.revision === revision || facts.revision === null);
    for (const facts of matching) this.#unused.delete(facts);
    return matching.toSorted((a, b) => Number(a.revision === null) - Number(b.revision === null));
  }

  /** A note on rows that were about no model of the files; none where all were used. */
  unused(models: readonly string[]): string[] {
    const names = [
      ...new Set(
        Array.from(this.#unused, ({ model, revision }) => `${model}${revision ? `@${revision}` : ""}`),
      ),
    ];
    if (names.length === 0) return [];
    const near = didYouMean(names[0]!, models);
    return [
      `${this.#path}: names no model of the files: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", ..." : ""}${near}`,
    ];
  }
}

function factsOf(from: CellSource): ModelFacts[] {
  const model = requiredTexts(from, requireColumn(from, "model"));
  const text = (name: string): (string | null)[] => {
    const column = findColumn(from.table, name);
    return column === undefined ? new Array<null>(from.table.rows).fill(null) : texts(column);
  };
  const count = (name: string) => optionalNumbers(from, findColumn(from.table, name), COUNT_OR_EMPTY);
  const [n, d, c, tokensPerStep] = [count("n"), count("d"), count("c"), count("tokens_per_step")];
  const step = optionalNumbers(from, findColumn(from.table, "step"), STEP);
  const [revision, run, role, family, phase] = ["revision", "run", "role", "family", "phase"].map(text);
  const first = new Map<string, number>();
  return model.map((name, row) => {
    const given = role![row]!;
    if (given !== null && given !== "fit" && given !== "target") {
      throw cellError(from, row, "role", JSON.stringify(given), "fit, target, or an empty cell");
    }
    const key = JSON.stringify([name, revision![row]]);
    const before = getOrInsert(first, key, () => row);
    if (before !== row) {
      throw cellError(
        from,
        row,
        "model",
        `${JSON.stringify(name)} is also in row ${before + 1}`,
        "one row for each model and revision",
      );
    }
    return {
      model: name,
      revision: revision![row]!,
      run: run![row]!,
      n: n[row]!,
      d: d[row]!,
      c: c[row]!,
      step: step[row]!,
      tokensPerStep: tokensPerStep[row]!,
      role: given,
      family: family![row]!,
      phase: phase![row]!,
    };
  });
}
