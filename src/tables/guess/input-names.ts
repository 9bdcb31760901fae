/** What columns of numbers and names of a checkpoint table may be called elsewhere. */

/** A number of parameters, of tokens, or of FLOPs. */
export type CountKey = "n" | "d" | "c";

interface Vocabulary {
  /** One of these words is in the name. */
  core: RegExp;
  /** The others are among these. */
  around: RegExp;
  /** Names that mean it as they stand. */
  whole: RegExp;
}

const COMMON = "n|num|number|of|the|total|count|model|final|approx|estimated";

const VOCABULARY: Readonly<Record<CountKey, Vocabulary>> = {
  n: {
    core: /^(params?|parameters?|nparams?|numparams?)$/,
    around: new RegExp(
      `^(${COMMON}|trainable|size|non|no|without|with|embeddings?|nonembedding|emb|active|dense)$`,
    ),
    whole: /^(n|size|model size|model scale|non embedding param size)$/,
  },
  d: {
    core: /^(tokens?|ntokens?|numtokens?)$/,
    around: new RegExp(
      `^(${COMMON}|d|train|training|trained|pretraining|pretrain|seen|consumed|processed|cumulative|data|dataset|budget|size|so|far)$`,
    ),
    whole: /^(d|data size|dataset size|training data size)$/,
  },
  c: {
    core: /^([gtpez]|giga|tera|peta|exa|zetta)?flops?$|^compute$|^pf$/,
    around: new RegExp(`^(${COMMON}|c|train|training|pretraining|budget|cumulative|spent|used|days?)$`),
    whole: /^(c|budget|compute budget)$/,
  },
};

const UNITS: readonly (readonly [word: RegExp, factor: number])[] = [
  [/^(k|thousands?)$/, 1e3],
  [/^(m|mn|millions?)$/, 1e6],
  [/^(b|bn|billions?)$/, 1e9],
  [/^(t|tn|trillions?)$/, 1e12],
];

const FLOP_UNITS: readonly (readonly [word: RegExp, factor: number])[] = [
  [/^g|^giga/, 1e9],
  [/^t|^tera/, 1e12],
  [/^p|^peta/, 1e15],
  [/^e|^exa/, 1e18],
  [/^z|^zetta/, 1e21],
];

/** The words of a column's name, without the path before it: `throughput/totalTokens (B)` has total, tokens, b. */
function wordsOf(name: string): string[] {
  const own = name.slice(name.lastIndexOf("/") + 1).replace(/^.*\.(?=.)/, "");
  return own
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** What a column's name says of a count: which it is, and the unit that the name gives, such as 1e9 for `params_b`. */
export function readCountName(name: string): { key: CountKey; factor: number } | undefined {
  // Tokens for each parameter, D/N.
  const slash = name.lastIndexOf("/");
  if (slash > 0 && readCountName(name.slice(0, slash)) !== undefined) return undefined;
  const all = wordsOf(name);
  const unit = all.length > 1 ? UNITS.find(([word]) => word.test(all.at(-1)!)) : undefined;
  const words = unit === undefined ? all : all.slice(0, all.at(-2) === "in" ? -2 : -1);
  for (const [key, { core, around, whole }] of Object.entries(VOCABULARY) as [CountKey, Vocabulary][]) {
    const cores = words.filter((word) => core.test(word));
    const isIt = cores.length > 0 && words.every((word) => core.test(word) || around.test(word));
    if (!isIt && !whole.test(words.join(" "))) continue;
    return { key, factor: (unit?.[1] ?? 1) * (key === "c" ? flopUnit(words) : 1) };
  }
  return undefined;
}

/**
 * Parameters, tokens and FLOPs by inputs of laws: the ones named N, D and C, else those whose names say such a count, in the unit that they
 * say. A count that two names say is left out.
 *
 * @param inputs values by name, one for each row
 */
export function countsByName(
  inputs: ReadonlyMap<string, ArrayLike<number>>,
): Partial<Record<CountKey, Float64Array>> {
  const counts: Partial<Record<CountKey, Float64Array>> = {};
  for (const key of ["n", "d", "c"] as const) {
    const letter = key.toUpperCase();
    const names = inputs.has(letter)
      ? [letter]
      : [...inputs.keys()].filter((name) => readCountName(name)?.key === key);
    const [name] = names;
    if (name === undefined || names.length > 1) continue;
    const { factor } = readCountName(name)!;
    counts[key] = Float64Array.from(inputs.get(name)!, (value) => value * factor);
  }
  return counts;
}

function flopUnit(words: readonly string[]): number {
  const word = words.find((candidate) => /.flops?$|^pf$/.test(candidate)) ?? "";
  const factor = FLOP_UNITS.find(([unit]) => unit.test(word))?.[1] ?? 1;
  return words.some((candidate) => /^days?$/.test(candidate)) ? factor * 86_400 : factor;
}

const STEP =
  /^(global )?(steps?|iter|iterations?|updates?)$|^(train|training|optimizer|optimiser|num) steps?$/;

/** Whether a column of that name counts training steps. */
export function isStepName(name: string): boolean {
  return STEP.test(wordsOf(name).join(" "));
}

/** Names of columns that name runs, the surest first. The last ones name models, of which there may be several runs. */
const RUNS: readonly RegExp[] = [
  /^run( (name|id))?$|^runname$|^training run( id)?$/,
  /^(exp|experiment)( (name|id))?$/,
  /^(name|model( (name|id))?|checkpoint name|id)$/,
];

/** Place of a column's name among those that name runs, or -1; from `WEAK_RUN` on it may name models. */
export function runNameRank(name: string): number {
  return RUNS.findIndex((pattern) => pattern.test(wordsOf(name).join(" ")));
}

export const WEAK_RUN = RUNS.length - 1;

/** Whether a column of that name tells runs of a model apart. */
export function tellsRunsApart(name: string): boolean {
  return /^((random )?seed|data|dataset|corpus|recipe|mix|mixture|lr|learning rate|bs|batch size|width|depth|schedule|condition|chinchilla|variant|group)$/.test(
    wordsOf(name).join(" "),
  );
}

/** Whether a column of that name names what was measured. */
export function isSubjectName(name: string): boolean {
  return /^(subject|task( name| id)?|benchmark( name)?|eval( name| task| dataset)?|domain|subset)$/.test(
    wordsOf(name).join(" "),
  );
}
