import { bounds1 } from "../axes/bounds1.ts";
import { bounds2 } from "../axes/bounds2.ts";
import { delta1 } from "../axes/delta1.ts";
import { delta2 } from "../axes/delta2.ts";
import { feature } from "../axes/feature.ts";
import { finalWindow } from "../axes/final-window.ts";
import { flops } from "../axes/flops.ts";
import { link } from "../axes/link.ts";
import { loss1 } from "../axes/loss1.ts";
import { loss2 } from "../axes/loss2.ts";
import { runs } from "../axes/runs.ts";
import type { Axis } from "../axis.ts";
import { anchor } from "./axes/anchor.ts";
import { dropEarly } from "./axes/drop-early.ts";
import { format } from "./axes/format.ts";
import { input } from "./axes/input.ts";
import { smoothingOrder } from "./axes/smoothing-order.ts";
import { smoothingWindow } from "./axes/smoothing-window.ts";
import type { LadderRecipe } from "./recipe.ts";

/**
 * The design choices of the ladder, in the order in which they are applied: a delta follows its loss, the order of
 * dropping and smoothing follows both. A new one is a record in a file of its own and a line here.
 */
export const ladderAxes: readonly Axis<LadderRecipe>[] = [
  input,
  { ...flops, description: `${flops.description}; idle where the input is n_d` },
  runs,
  feature,
  format,
  link,
  finalWindow,
  dropEarly,
  smoothingWindow,
  smoothingOrder,
  anchor,
  bounds1,
  bounds2,
  loss1,
  delta1,
  loss2,
  delta2,
];
