import type { Axis } from "../axis.ts";
import { anchor } from "./axes/anchor.ts";
import { delta1 } from "./axes/delta1.ts";
import { delta2 } from "./axes/delta2.ts";
import { dropEarly } from "./axes/drop-early.ts";
import { feature } from "./axes/feature.ts";
import { finalWindow } from "./axes/final-window.ts";
import { input } from "./axes/input.ts";
import { link } from "./axes/link.ts";
import { loss1 } from "./axes/loss1.ts";
import { loss2 } from "./axes/loss2.ts";
import { smoothingWindow } from "./axes/smoothing-window.ts";
import type { LadderRecipe } from "./recipe.ts";

/**
 * The design choices of the ladder, in the order in which they are applied: early checkpoints are dropped
 * before the moving average, a delta follows its loss. A new one is a record in a file of its own and a line
 * here.
 */
export const ladderAxes: readonly Axis<LadderRecipe>[] = [
  input,
  feature,
  link,
  finalWindow,
  dropEarly,
  smoothingWindow,
  anchor,
  loss1,
  delta1,
  loss2,
  delta2,
];
