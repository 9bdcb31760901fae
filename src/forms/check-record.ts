import { UserError } from "../errors.ts";
import type { FormRecord } from "./form.ts";
import { isInherited, nearestHint, reservedNames } from "./names.ts";

const formNamePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const symbolPattern = /^[A-Za-z]\w*$/;

/**
 * Checks what a form's record says beside its expression: names, bounds, start ranges.
 * @throws UserError that names the form, the field, the value and what is allowed.
 */
export function checkRecord(record: FormRecord): void {
  const fail = (problem: string): never => {
    throw new UserError(`form "${record.name}": ${problem}`);
  };
  if (!formNamePattern.test(record.name)) fail('the name must be in kebab case, as in "my-form"');
  if (isInherited(record.name)) fail(inheritedName("the name", record.name));
  const parameterNames = Object.keys(record.parameters);
  const variableNames = Object.keys(record.variables);
  if (parameterNames.length === 0) fail("it has no parameters; at least one is needed");
  for (const [kind, names] of [
    ["parameter", parameterNames],
    ["variable", variableNames],
  ] as const) {
    for (const name of names) checkSymbol(kind, name, fail);
  }
  const twice = parameterNames.find((name) => variableNames.includes(name));
  if (twice !== undefined) fail(`"${twice}" is both a parameter and a variable`);
  for (const [name, { lower = -Infinity, upper = Infinity }] of Object.entries(record.parameters)) {
    if (!(lower <= upper)) {
      fail(`bounds of parameter "${name}" are the wrong way round: lower ${lower}, upper ${upper}`);
    }
  }
  if (!record.startRanges.default) fail('start ranges have no "default"');
  for (const [rangeName, ranges] of Object.entries(record.startRanges)) {
    checkStartRanges(record, rangeName, ranges, fail);
  }
}

function inheritedName(what: string, name: string): string {
  return `${what} "${name}" is that of a property of every JavaScript object; choose another`;
}

function checkSymbol(kind: string, name: string, fail: (problem: string) => never): void {
  if (!symbolPattern.test(name)) {
    fail(`${kind} name "${name}" must be a letter followed by letters, digits and underscores`);
  }
  if (isInherited(name)) fail(inheritedName(`${kind} name`, name));
  if (reservedNames.has(name)) fail(`${kind} name "${name}" is reserved by the notation; choose another`);
}

function checkStartRanges(
  record: FormRecord,
  rangeName: string,
  ranges: FormRecord["startRanges"][string],
  fail: (problem: string) => never,
): void {
  const names = Object.keys(record.parameters);
  for (const name of Object.keys(ranges)) {
    if (!names.includes(name)) {
      const hint = nearestHint(name, names);
      fail(
        `start range "${rangeName}" is for an unknown parameter "${name}"; allowed: ${names.join(", ")}${hint}`,
      );
    }
  }
  for (const [name, { lower = -Infinity, upper = Infinity }] of Object.entries(record.parameters)) {
    const range = ranges[name];
    if (range === undefined) {
      fail(`parameter "${name}" has no start range in "${rangeName}"; give [low, high]`);
      continue;
    }
    const [low, high] = range;
    const where = `start range "${rangeName}" of parameter "${name}", [${low}, ${high}],`;
    if (!Number.isFinite(low) || !Number.isFinite(high)) fail(`${where} must be finite`);
    if (low > high) fail(`${where} is the wrong way round`);
    if (low < lower || high > upper) fail(`${where} leaves the bounds [${lower}, ${upper}]`);
  }
}
