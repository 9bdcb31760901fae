import type { Average } from "./average.ts";
import { CLAIM, type Superiority } from "./compare.ts";
import type { FoundLaw } from "./found.ts";
import type { SearchEnd } from "./search.ts";

/** Share of the resamples with shorter steps from which it is said. */
const ROUGH = 0.05;

/**
 * What was found, in a sentence of each law that the found one is compared with.
 *
 * @param laws the best first
 * @param told the constant beside all forms, and the average where it is what to go on with
 */
export function sayFound(
  { count, data, cuts, unjudged }: Pick<SearchEnd, "count" | "data" | "cuts" | "unjudged">,
  laws: readonly FoundLaw[],
  { constant, average }: { constant: Superiority | undefined; average: Average | undefined },
): string {
  const [best] = laws;
  const many = `${count.toLocaleString("en")} forms`;
  if (best === undefined) return `${data.name}: none of ${many} could be judged`;
  if (constant !== undefined && constant.p >= CLAIM)
    return `${data.name}: nothing is found: none of ${many} predicts larger rows better than a constant beyond noise (p ${shown(constant.p)})`;
  const said = laws.flatMap((law) => {
    const { details, judgement, name, isReference } = law;
    if (!isReference || details === undefined) return [];
    if (law === best)
      return `${name} is the best of ${many}: error ${shown(judgement.error)} beyond the cuts`;
    const { p } = details.rivals;
    const beside = `error ${shown(judgement.error)} beside ${shown(best.judgement.error)} beyond the cuts, p ${shown(p)}`;
    if (p >= CLAIM) return `${name} is within noise of the best of ${many} (${beside})`;
    const gains = judgement.ofCuts.map((error, c) => error / best.judgement.ofCuts[c]!);
    const most = gains.indexOf(Math.max(...gains));
    const less = 100 * (1 - best.judgement.error / judgement.error);
    return (
      `${best.name}, the best of ${many}, predicts larger rows better than ${name} (${beside}, ${less.toFixed(0)} % less); most beyond the cut at ` +
      `${shown(cuts[most]!.cost)}: ${shown(best.judgement.ofCuts[most]!)} beside ${shown(judgement.ofCuts[most]!)}`
    );
  });
  const answer = laws.find(({ choice }) => choice === 1);
  const also =
    average === undefined
      ? answer === undefined || answer.isReference || answer === best
        ? []
        : [
            `the law to go on with is ${answer.name}, which stands by itself and is not beaten (error ${shown(answer.judgement.error)})`,
          ]
      : [
          `every law that stands by itself is beaten: go on with the average of ${average.weights.filter((weight) => weight > 0).length} forms (error ${shown(average.error)})`,
        ];
  const named = new Set([best, answer, ...laws.filter(({ isReference }) => isReference)]);
  const rough = [...named].flatMap((law) =>
    law === undefined || law.judgement.shortened < ROUGH
      ? []
      : [
          `in ${(100 * law.judgement.shortened).toFixed(0)} % of the resamples the step of ${law.name} was made shorter, so its interval and p are rough`,
        ],
  );
  if (said.length === 0)
    said.push(`${best.name} is the best of ${many}: error ${shown(best.judgement.error)} beyond the cuts`);
  const open = unjudged.map(
    (name) =>
      `${name} is not judged: it cannot be fitted to the ${cuts[0]!.rows} rows up to the first cut, or predicts no number beyond a cut`,
  );
  return `${data.name}: ${[...said, ...also, ...rough, ...open].join("; ")}`;
}

const shown = (value: number): string => value.toPrecision(3).replace("e+", "e");
