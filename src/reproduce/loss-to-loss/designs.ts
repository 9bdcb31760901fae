import type { Design } from "../paper.ts";
import { CORPORA, type CorpusName } from "./corpora.ts";

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
