/** Corpora as the paper's tables name them, as the runs' table does (its families), and the held-out split of each. */
export const CORPORA = {
  "SmolLM Corpus": { family: "smollm-corpus", heldOut: "smollm" },
  "FineWeb-Edu": { family: "fineweb-edu-100b", heldOut: "fineweb_edu_100b" },
  SlimPajama: { family: "slimpajama-chunk1", heldOut: "slimpajama" },
  FineWeb: { family: "fineweb-100b", heldOut: "fineweb_100b" },
  "ProofPile 2": { family: "proof-pile-2", heldOut: "proof_pile_2" },
  StarCoder: { family: "starcoder", heldOut: "starcoder" },
} as const;

export type CorpusName = keyof typeof CORPORA;

export const CORPUS_NAMES = Object.keys(CORPORA) as CorpusName[];

export const FAMILIES = CORPUS_NAMES.map((name) => CORPORA[name].family);

/** The corpus whose translations tables 6 to 8 print. */
export const SOURCE: CorpusName = "FineWeb-Edu";

/** Tasks as table 8 names them. */
export const PRINTED_TASKS = {
  Hellaswag: "hellaswag_test",
  "ARC-Easy": "arc_easy_test",
  "MMLU-Humanities": "mmlu_humanities_test",
  "MMLU-STEM": "mmlu_stem_test",
} as const;

/** Tasks that the paper evaluates (figures 4 and 8), over which table 1 is a mean. */
export const TASKS = [
  "hellaswag_test",
  "arc_easy_test",
  "arc_challenge_test",
  "openbook_qa_test",
  "piqa_test",
  "sciq_test",
  "winogrande_test",
  "mmlu_humanities_test",
  "mmlu_stem_test",
  "mmlu_social_sciences_test",
  "mmlu_other_test",
] as const;

/** Subject that is the loss on the run's own corpus. */
export const TRAIN = "own_corpus";

export const HELD_OUT = CORPUS_NAMES.map((name) => CORPORA[name].heldOut);
