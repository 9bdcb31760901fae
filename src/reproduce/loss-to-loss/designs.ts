import type { Design, Explanation } from "../paper.ts";

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

/** Train losses of runs on two corpora (section 4.2). */
export function trainToTrain(source: CorpusName, destination: CorpusName): Design {
  return {
    relation: "train-to-train",
    source: CORPORA[source].family,
    destination: CORPORA[destination].family,
  };
}

/** Train loss and another loss of one corpus's runs (section 4.3). */
export function trainToTest(corpus: CorpusName): Design {
  const { family } = CORPORA[corpus];
  return { relation: "train-to-test", source: family, destination: family };
}

/** Train loss of the source, by way of the train loss of the destination, and another loss of the destination's runs (section 5). */
export function composed(source: CorpusName, destination: CorpusName): Design {
  return { ...trainToTrain(source, destination), relation: "composed" };
}

/** The law of a loss of one corpus's runs: equation 1, or with another form. */
export function scalingLaw(corpus: CorpusName, more: Design = {}): Design {
  const { family } = CORPORA[corpus];
  return { relation: "scaling-law", source: family, destination: family, ...more };
}

/** Equation 3. */
export const EQUATION_3: Design = { law: "kaplan-offset" };

/** The search of a law ended along the valley of its scales and exponents, with a parameter at its printed value. */
function valleyOf(corpus: CorpusName, law: Design, bounds1: string, held: string): Explanation {
  const design = scalingLaw(corpus, law);
  return { design, task: TRAIN, reason: { name: "flat valley" }, witness: { ...design, bounds1 }, held };
}

/**
 * What differs from the paper, and the cell that shows why: a parameter held at what the paper prints. The forms have
 * logarithms of the scales; equation 3's a is r ln A.
 */
export const explanations: readonly Explanation[] = [
  valleyOf("SmolLM Corpus", {}, `a=${Math.log(3.02e3)}`, "A at the printed value"),
  valleyOf("SlimPajama", EQUATION_3, `b=${Math.log(8.97e8)}`, "B at the printed value"),
  {
    // E1 is 0 either way: its law ends at that bound, and the witness, which is to hold E of the other law, has none.
    design: trainToTest(SOURCE),
    task: PRINTED_TASKS["ARC-Easy"],
    reason: { name: "flat valley" },
    witness: { ...trainToTest(SOURCE), offsets: "destination-free", bounds1: "E=2.0251", bounds2: "E=0" },
    held: "E0 = 2.0251",
  },
];
