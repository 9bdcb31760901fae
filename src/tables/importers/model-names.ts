import { parseCount } from "../numbers.ts";

/** What the name of a model and of its revision say. */
export interface NamedSize {
  /** Parameters, tokens seen at the checkpoint, and its step; undefined where the names do not say them. */
  n?: number;
  d?: number;
  step?: number;
  /** Tokens that the name of the model says, which are those at the end of training. */
  endD?: number;
  /** Multiple of Chinchilla-optimal tokens, 20 a parameter: 5 of `190M-5xC`. */
  chinchilla?: number;
  /** What the revision says besides: `seed2`; empty where it says nothing else. */
  rest: string;
  /** Stage of training after the first, whose tokens begin anew: `stage2-ingredient1`. */
  stage?: string;
}

const NUMBER = "\\d+(?:\\.\\d+)?";
const BEFORE = "(?<![0-9A-Za-z.])";
const AFTER = "(?![0-9A-Za-z]|\\.\\d)";
const STEP = /(?<![a-z])(?:global_?)?(?:step|iter|iteration|ckpt|checkpoint)s?[-_=]?(\d+)(?![\dKMBT]|\.\d)/i;
const TOKENS = [
  new RegExp(`tokens?[-_=]?(${NUMBER}[KMBT]?)${AFTER}`, "i"),
  new RegExp(`${BEFORE}(${NUMBER}[KMBT])[-_]?tok(?:en)?s?${AFTER}`, "i"),
];
const SIZE_PAIR = new RegExp(`${BEFORE}(${NUMBER}[MB])[-_@](${NUMBER}[BT])${AFTER}`, "i");
const SIZE = new RegExp(`${BEFORE}(${NUMBER}[MB])${AFTER}`, "i");
const CHINCHILLA = new RegExp(`(?<![0-9.])(${NUMBER})x?C(?![A-Za-z0-9])`);
const LATER_STAGE = /^stage(?:[2-9]|\d\d).*?(?=[-_]?(?:step|token)|$)/i;

/** Names of revisions that say nothing of when in training they were made. */
const NO_REVISION = /^(main|master|latest|none|null|default)?$/i;

/** Whether a revision says which checkpoint it is: `step3000`, and not `main`. */
export function saysCheckpoint(revision: string): boolean {
  return !NO_REVISION.test(revision);
}

/**
 * Sizes by what people put into names: `pythia-410m` at `step3000`, `stage1-step1610000-tokens3377B`, `190M-5xC`, `7B-4T`.
 *
 * @param model name or path of the model
 * @param revision branch, or folder of a checkpoint; empty where there is none
 * @param pattern of the user, with groups named `n`, `d`, `step`; it is tried on `model@revision` and goes before the rules
 */
export function readModelName(model: string, revision: string, pattern?: RegExp): NamedSize {
  const own = pattern?.exec(revision === "" ? model : `${model}@${revision}`)?.groups ?? {};
  const name = model.split(/[\\/]/).at(-1) ?? model;
  const size: NamedSize = { rest: "" };
  const set = (key: "n" | "d" | "step" | "chinchilla" | "endD", text: string | undefined): void => {
    const value = text === undefined ? Number.NaN : parseCount(text);
    if (!Number.isNaN(value)) size[key] ??= value;
  };
  for (const key of ["n", "d", "step"] as const) set(key, own[key]);
  const stage = LATER_STAGE.exec(revision)?.[0];
  if (stage !== undefined && stage !== "") size.stage = stage;
  const pair = SIZE_PAIR.exec(name);
  for (const text of [revision, name]) {
    const step = STEP.exec(text)?.[1];
    set("step", step);
    // A name without a step is of the whole run.
    const key = text === revision || step !== undefined ? "d" : "endD";
    for (const tokens of TOKENS) set(key, tokens.exec(text)?.[1]);
  }
  const withoutTokens = TOKENS.reduce((text, tokens) => text.replace(tokens, ""), name);
  set("n", pair?.[1] ?? SIZE.exec(withoutTokens)?.[1] ?? SIZE.exec(model.replaceAll(/[\\/]/g, "-"))?.[1]);
  set("endD", pair?.[2]);
  set("chinchilla", CHINCHILLA.exec(name)?.[1]);
  size.rest = !saysCheckpoint(revision)
    ? ""
    : [STEP, ...TOKENS, /^stage1(?![0-9])/i]
        .reduce((text, part) => text.replace(part, ""), revision)
        .replace(/[-_ ]{2,}/g, "-")
        .replace(/^[-_ .]+|[-_ .]+$/g, "")
        .replace(/^(unsharded|hf|unsharded-hf)$/i, "");
  return size;
}

/**
 * A path of a checkpoint as the model and its revision: `runs/410M/step3000-hf` is `runs/410M` at `step3000-hf`. Other names are as
 * they are, with no revision.
 */
export function splitCheckpointPath(path: string): [model: string, revision: string] {
  const trimmed = path.replace(/[\\/]+$/, "");
  const [, model, last] = /^(.+)[\\/]([^\\/]+)$/.exec(trimmed) ?? [];
  if (model === undefined || last === undefined) return [trimmed, ""];
  const isCheckpoint = /^(stage\d+[-_])?(global_?)?(step|iter|checkpoint|ckpt)s?[-_=]?\d+/i.test(last);
  return isCheckpoint ? [model, last] : [trimmed, ""];
}
