/** What the name of a column says of a metric. */
export interface NamedMetric {
  kind: "loss" | "accuracy";
  /** Place among the names of its kind: of several columns of a subject the first is its loss or accuracy. */
  rank: number;
  /** Name of the metric where another column is the loss or the accuracy: `acc_norm`. */
  own: string;
  /** Task or validation domain; empty where the name says none. */
  subject: string;
  /** What a name without a subject says of where it was measured: `val`, `eval`, or nothing. */
  place: string;
  isPerplexity: boolean;
  /** Whether the name is that of a task alone, so that only the values say what was measured. */
  isTaskAlone: boolean;
}

const ACC = "acc(?:uracy)?";

/** Names of metrics as frameworks and people write them, those first that methods mean by `accuracy` and `loss`. */
const NAMES: readonly (readonly [kind: NamedMetric["kind"], pattern: string])[] = [
  ["accuracy", ACC],
  ["accuracy", "primary[_ ]score"],
  [
    "accuracy",
    `${ACC}[_ ]norm|len(?:gth)?[-_ ]?norm(?:ali[sz]ed)?(?:[_ ]${ACC})?|norm(?:ali[sz]ed)?[_ ]${ACC}`,
  ],
  ["accuracy", `${ACC}[_ ](?:per[_ ](?:char|byte|token)|raw|uncond|bytes)`],
  ["accuracy", "exact[_ ]match|em|pass@1|f1(?:[_ ]score)?|score"],
  ["loss", "loss"],
  ["loss", "bpb|bits[_ ]per[_ ]byte"],
  ["loss", "ce[_ ]loss|cross[_ ]?entropy(?:[_ ]?loss)?|ce|nll|xent"],
  ["loss", "(?:word[_ ]|byte[_ ])?(?:perplexity|ppl)"],
];

const SEPARATOR = "[/._ :|-]+";
// From the last on: `acc_norm` before `acc`.
const ANY = NAMES.map(([, pattern]) => pattern)
  .reverse()
  .join("|");
const AT_END = new RegExp(`^(?:(.*?)${SEPARATOR})?(${ANY})$`, "i");
const WHOLE = new RegExp(`^(${ANY})$`, "i");
const AT_START = new RegExp(`^(${ANY})${SEPARATOR}(.+)$`, "i");

/** Where frameworks put what they measure: `eval/downstream/`, `val_`. */
const PLACE =
  /^(eval(?:s|uation)?|val(?:id(?:ation)?)?|test|dev|downstream(?:_\w+(?=\/))?|lm[-_]?eval\w*|lm|benchmarks?|metrics?|results?|summary|ood|tasks?)(?:[/.:| _-]+|$)/i;

/** Words that make of a metric's name something else. */
const NO_METRIC =
  /(^|[/._ :|-])(train(ing)?|stderr|std(dev|err)?|sem?|var(iance)?|min|max|rank|alias|scale|weight|coeff?|steps?|type|fn|smooth(ed)?|ema|best|z|aux(iliary)?|balanc\w+|per)([/._ :|-]|$)/i;

const TASKS =
  /^(hella_?swag|piqa|arc|arc[-_ ]?(easy|challenge|e|c)|boolq|wino_?grande|open_?book_?qa|obqa|csqa|commonsense_?qa|social_?iqa|siqa|mmlu\w*|sciq|lambada\w*|trivia_?qa|nq|natural_?q\w*|gsm8k|human_?eval|mbpp|bbh|truthful_?qa|race|copa|logiqa|drop|squad|coqa|agi_?eval)$/i;

/**
 * What a column's name says of a metric: `hellaswag/acc`, `acc_hellaswag`, `eval/downstream/piqa (BPB v2)`, `acc_norm,none`. Undefined
 * where it names none; training losses and standard errors are none.
 */
export function readMetricName(name: string): NamedMetric | undefined {
  let rest = name
    .trim()
    // lm-eval's filter, and OLMo-core's label.
    .replace(/,\s*[\w-]+$/, "")
    .replace(/^(.*\S)\s*\(([^()]+)\)$/, "$1/$2")
    .replace(/ v\d$/i, "")
    .replace(/^_+/, "");
  let place = "";
  for (let found = PLACE.exec(rest); found !== null; found = PLACE.exec(rest)) {
    place ||= found[1]!;
    rest = rest.slice(found[0].length);
  }
  // `primary_score` is no score of `primary`.
  const [, before = "", last] = WHOLE.test(rest) ? [rest, "", rest] : (AT_END.exec(rest) ?? []);
  const [, first, after = ""] = AT_START.exec(rest) ?? [];
  const word = last ?? first;
  const subject = (last !== undefined ? before : after).replace(/[/._ :|-]+$/, "");
  if (NO_METRIC.test(word === undefined ? rest : subject)) return undefined;
  const isTaskAlone = word === undefined && TASKS.test(rest);
  if (word === undefined && !isTaskAlone) return undefined;
  const rank =
    word === undefined ? NAMES.length : NAMES.findIndex(([, p]) => new RegExp(`^(?:${p})$`, "i").test(word));
  const kind = NAMES[rank]?.[0] ?? "accuracy";
  return {
    kind,
    rank,
    own: word === undefined ? "accuracy" : word.toLowerCase().replace(/[^a-z0-9]+/g, "_"),
    subject: word === undefined ? rest : subject,
    place,
    isPerplexity: /ppl|perplexity/i.test(word ?? ""),
    isTaskAlone,
  };
}
