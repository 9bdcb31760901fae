import type { Design, PublishedTable } from "../paper.ts";
import { readRows } from "../read-rows.ts";
import { type CorpusName, TRAIN } from "./corpora.ts";
import { EQUATION_3, scalingLaw } from "./designs.ts";
import { ofStage } from "./quantities.ts";

interface Column {
  title: string;
  /** From the parameters of the fitted form. */
  value(of: (name: string) => number): number;
}

/** Equation 3; the form has ln(A^r), ln B and r = alpha/beta. */
const THIRD: readonly Column[] = [
  { title: "A", value: (of) => Math.exp(of("a") / of("r")) },
  { title: "B", value: (of) => Math.exp(of("b")) },
  { title: "E", value: (of) => of("E") },
  { title: "alpha", value: (of) => of("r") * of("beta") },
  { title: "beta", value: (of) => of("beta") },
  { title: "a", value: (of) => 1 / (1 + of("r")) },
];

/** Equation 1; the form has ln A and ln B. */
const FIRST: readonly Column[] = [
  { title: "A", value: (of) => Math.exp(of("a")) },
  { title: "B", value: (of) => Math.exp(of("b")) },
  { title: "E", value: (of) => of("E") },
  { title: "alpha", value: (of) => of("alpha") },
  { title: "beta", value: (of) => of("beta") },
  { title: "a", value: (of) => of("beta") / (of("alpha") + of("beta")) },
];

function lawsOf(
  name: string,
  title: string,
  kinds: readonly Column[],
  design: Design,
  text: string,
): PublishedTable {
  const columns = kinds.map((kind) => kind.title);
  const rows = readRows(columns, text, (row, column) => {
    const { value } = kinds[column]!;
    return {
      design: scalingLaw(row as CorpusName, design),
      quantity: ofStage(TRAIN, "law_destination", (parameters) =>
        value((parameter) => parameters.get(parameter) ?? Number.NaN),
      ),
    };
  });
  return { name, title: `${title}; a = beta/(alpha + beta)`, columns, rows };
}

/** Table 2: the law with cross terms. */
export const table2 = lawsOf(
  "table 2",
  "parameters of E + ((A/N)^(alpha/beta) + B/D)^beta",
  THIRD,
  EQUATION_3,
  `
  SmolLM Corpus  7.00e+07  9.68e+08  1.57  0.43  0.48  0.53
  FineWeb-Edu    5.96e+07  8.20e+08  2.00  0.43  0.48  0.53
  SlimPajama     6.33e+07  8.97e+08  2.02  0.42  0.47  0.53
  FineWeb        6.41e+07  8.84e+08  2.19  0.41  0.47  0.53
  ProofPile 2    1.94e+07  3.09e+08  1.35  0.47  0.50  0.51
  StarCoder      2.09e+07  3.49e+08  0.89  0.49  0.52  0.51
  `,
);

/** Table 3: the law of Hoffmann et al. */
export const table3 = lawsOf(
  "table 3",
  "parameters of E + A/N^alpha + B/D^beta",
  FIRST,
  {},
  `
  SmolLM Corpus  3.02e+03  1.19e+04  1.59  0.46  0.47  0.51
  FineWeb-Edu    2.83e+03  1.17e+04  2.03  0.46  0.47  0.51
  SlimPajama     2.34e+03  1.16e+04  2.04  0.45  0.47  0.51
  FineWeb        1.83e+03  5.32e+03  2.17  0.43  0.43  0.50
  ProofPile 2    3.52e+03  5.31e+03  1.33  0.50  0.45  0.48
  StarCoder      8.38e+03  1.01e+04  0.89  0.55  0.48  0.47
  `,
);
