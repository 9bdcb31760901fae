import type { Design, Explanation } from "../paper.ts";
import { type CorpusName, PRINTED_TASKS, SOURCE, TRAIN } from "./corpora.ts";
import { EQUATION_3, scalingLaw, trainToTest } from "./designs.ts";

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
