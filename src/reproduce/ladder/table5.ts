import type { PublishedTable } from "../paper.ts";
import { tableByDesign } from "./by-design.ts";
import { DESIGNS } from "./designs.ts";
import { featureOff } from "./quantities.ts";

const main = { name: "(N, D) to task loss", design: DESIGNS.main };
const flops = { name: "FLOPs to task loss", design: DESIGNS.flops };

/** Table 5: step 1 from size and tokens, and from compute. */
export const table5: readonly PublishedTable[] = [
  tableByDesign("table 5, upper", "error of step 1", "7B-4T", featureOff, [
    { ...main, numbers: "1.3 0.3 7.0 13.3 2.0 11.7 4.3 1.3" },
    { ...flops, numbers: "4.3 2.1 2.4 5.3 2.0 12.5 5.7 0.5" },
  ]),
  tableByDesign("table 5, lower", "error of step 1", "13B-5T", featureOff, [
    { ...main, numbers: "0.2 1.2 9.4 16.0 2.7 18.5 3.6 0.9" },
    { ...flops, numbers: "5.2 2.6 3.5 7.0 2.6 18.8 5.7 1.4" },
  ]),
];
