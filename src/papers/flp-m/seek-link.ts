import { featureOf } from "../../methods/feature.ts";
import type { Seek, TaskData } from "../../methods/method.ts";
import { type LinkPoints, poolPoints } from "../../methods/stages.ts";
import { cutsOf, type SearchData, sortedRows } from "../../search-laws/data.ts";
import { searchForms } from "../../search-laws/search.ts";
import { searchSchema } from "../../search-laws/spec.ts";
import type { MixRecipe } from "./choices.ts";
import { keepLink } from "./found-link.ts";
import { type DomainForm, domainForm, scorePoints } from "./step2.ts";

/** How the link is sought: hundreds of forms, as every task of a sweep has a search of its own. */
const SETTINGS = searchSchema.parse({ tries: 300, rounds: 3, keep: 20, final_starts: 32 });

/**
 * Seeks the link from domain losses to the score: the form that predicts the checkpoints of larger runs best from those of smaller ones. Where
 * nothing is to be solved the linear form stands for it.
 */
export async function seekLink(
  recipe: MixRecipe,
  data: TaskData,
  solve: Parameters<Seek>[1],
): Promise<boolean> {
  const { metric, subjects } = featureOf(recipe.domains, data.task, data.index);
  const inputs = subjects.map((domain) => ({ metric, subjects: [domain] }));
  const kept = scorePoints(recipe, inputs, data);
  if ("reason" in kept) return false;
  return keepLink(data, kept.points, async () =>
    solve === undefined
      ? domainForm({ ...recipe, link: "linear" }, [...kept.points.values()])
      : bestLink(kept.points, recipe, data, solve),
  );
}

async function bestLink(
  points: ReadonlyMap<string, LinkPoints>,
  { flops, getForm, step2 }: MixRecipe,
  { index: { table }, task }: TaskData,
  solve: NonNullable<Parameters<Seek>[1]>,
): Promise<DomainForm | { reason: string }> {
  const { x, y, runs, runLengths } = poolPoints(points);
  const names = x.map((_, k) => (x.length === 1 ? "x" : `x${k + 1}`));
  const runOf = runs.flatMap((run, r) => new Array<string>(runLengths[r]!).fill(run));
  const last = new Map(table.run.map((run, row) => [run, row]));
  const costs = new Map(
    runs.map((run) => {
      const row = last.get(run)!;
      return [run, flops({ n: table.n[row]!, d: table.d[row]!, c: table.c[row]! })];
    }),
  );
  const data: SearchData = {
    name: task,
    inputs: new Map(names.map((name, k) => [name, x[k]!])),
    response: y,
    cost: Float64Array.from(runOf, (run) => costs.get(run)!),
    runs: runOf,
  };
  if (cutsOf(sortedRows(data), SETTINGS.cuts).length === 0)
    return { reason: `${y.length} checkpoints leave no cut at which forms could be judged by larger runs` };
  const request = {
    ...{ settings: SETTINGS, references: [], loss: step2.loss, residual: "plain" as const },
    ...{ seed: 0, context: { form: getForm }, where: "link search" },
  };
  const [best] = (await searchForms(data, request, { solve })).tried;
  if (best === undefined) return { reason: "none of the forms that were sought could be judged" };
  const places = best.form.variableNames.map((name) => names.indexOf(name));
  return { form: best.form, inputs: (losses) => places.map((place) => losses[place]!), unit: 1 };
}
