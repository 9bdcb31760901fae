import type { PublishedTable } from "../paper.ts";
import { tableByDesign } from "./by-design.ts";
import { DESIGNS } from "./designs.ts";
import { relativeOff } from "./quantities.ts";

const main = { name: "(N, D) to task loss", design: DESIGNS.main };
const taskce = { name: "task loss over all choices", design: DESIGNS.taskce };
const c4 = { name: "C4 loss", design: DESIGNS.c4 };
const single = { name: "single step", design: DESIGNS.single };

/** Table 6: the design choices. */
export const table6: readonly PublishedTable[] = [
  tableByDesign("table 6, upper", "error of the prediction", "7B-4T", relativeOff, [
    { ...main, numbers: "1.3 1.4 16.9 9.4 1.0 4.2 2.0 10.6" },
    { ...taskce, numbers: "18.3 7.2 21.3 5.4 3.1 2.6 0.7 7.1" },
    { ...c4, numbers: "2.2 4.5 1.4 1.2 0.7 5.8 6.2 2.0" },
    { ...single, numbers: "5.6 0.5 21.7 6.1 0.7 5.1 5.4 9.0" },
  ]),
  tableByDesign("table 6, lower", "error of the prediction", "13B-5T", relativeOff, [
    { ...main, numbers: "0.7 2.5 17.5 11.4 1.1 4.7 2.7 7.8" },
    { ...taskce, numbers: "20.2 10.5 19.5 6.2 2.9 2.7 1.2 0.2" },
    { ...c4, numbers: "5.0 5.7 3.9 1.9 1.5 7.0 7.6 10.4" },
    { ...single, numbers: "7.1 0.8 22.6 7.9 0.6 6.6 6.8 4.7" },
  ]),
];
