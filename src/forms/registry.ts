import { didYouMean, UserError } from "../errors.ts";
import { dataLaws } from "./builtin/data-laws.ts";
import { expertLaws } from "./builtin/expert-laws.ts";
import { linearFamily, mixM2, mixM3, mixM4, network } from "./builtin/families.ts";
import { links } from "./builtin/links.ts";
import { lossLaws } from "./builtin/loss-laws.ts";
import { mixExponential } from "./builtin/mixture-laws.ts";
import { modelLaws } from "./builtin/model-laws.ts";
import { logPolynomial } from "./builtin/polynomials.ts";
import { scoreLaws } from "./builtin/score-laws.ts";
import { taskLaws } from "./builtin/task-laws.ts";
import { trainingLaws } from "./builtin/training-laws.ts";
import { type DefinedForm, defineForm } from "./define-form.ts";
import {
  type BuiltInForm,
  describeNames,
  type Form,
  type FormFamily,
  type FormRecord,
  memberName,
  memberOf,
} from "./form.ts";

const packagedFamilies: readonly FormFamily[] = [mixM2, mixM3, mixM4, linearFamily, network];
const libraryFamilies: readonly FormFamily[] = [mixExponential, logPolynomial];

/** Forms of any number of inputs. A new family is a record in a file of its own, and a name in one of the two lists above. */
export const families: readonly FormFamily[] = [...packagedFamilies, ...libraryFamilies];

/** The built-in forms by name, which the methods take. A new one is a record in a file of `builtin/`. */
export const forms: ReadonlyMap<string, BuiltInForm> = byName([
  ...lossLaws,
  ...links,
  ...scoreLaws,
  ...membersOf(packagedFamilies),
]);

/** The library: published laws by name, which any table may be fitted with. Their kernels are compiled when they are first used. */
export const laws: ReadonlyMap<string, BuiltInForm> = byName([
  ...dataLaws,
  ...expertLaws,
  ...modelLaws,
  ...trainingLaws,
  ...taskLaws,
  ...membersOf(libraryFamilies),
]);

/** The members of families whose sizes have an example. */
function membersOf(some: readonly FormFamily[]): BuiltInForm[] {
  return some.flatMap(({ builtIn, make }) =>
    builtIn.map(({ sizes, example }) => ({ ...make(...sizes), example })),
  );
}

function byName(records: readonly BuiltInForm[]): Map<string, BuiltInForm> {
  return new Map(records.map((record) => [record.name, record]));
}

/**
 * The forms that kernels come with the package for: the built-in ones, each as it is and in the coordinates that the solver works in.
 * Problems with bounds on parameters that are no coordinates are solved in the form's own.
 */
export function packagedForms(): Form[] {
  return [...forms.keys()].flatMap((name): Form[] => {
    const form = getForm(name);
    return form.inCoordinates ? [form, form.inCoordinates] : [form];
  });
}

/** Built-in forms whose kernels for training come with the package; those of others are compiled if there is a compiler. */
export const trainedForms: readonly string[] = network.builtIn.map(({ sizes }) => memberName(network, sizes));

/**
 * The form of a name: one of `others` (such as those of a sweep file), built in, of the library of laws, or of a family: `mix-m4-7` has seven sources.
 * @throws UserError with the nearest name where there is none, and where one of `others` has the name of a built-in one.
 */
export function getForm(name: string, others: ReadonlyMap<string, FormRecord> = new Map()): DefinedForm {
  const builtIn = forms.get(name) ?? laws.get(name) ?? familyMember(name);
  if (builtIn !== undefined && others.has(name)) {
    throw new UserError(`"${name}" is the name of a built-in form, which would be hidden; choose another`);
  }
  const record = others.get(name) ?? builtIn;
  if (record === undefined) {
    const names = [...new Set([...others.keys(), ...forms.keys(), ...laws.keys()])];
    throw new UserError(
      `unknown form "${name}"; allowed: ${[...names, ...families.map(describeNames)].join(", ")}${didYouMean(name, names)}`,
    );
  }
  return defineForm(record);
}

function familyMember(name: string): FormRecord | undefined {
  for (const family of families) {
    const member = memberOf(family, name);
    if (member !== undefined) return member;
  }
  return undefined;
}
