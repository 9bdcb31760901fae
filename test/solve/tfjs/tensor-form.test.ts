import { describe, expect, test } from "vitest";
import { type DefinedForm, defineForm } from "../../../src/forms/define-form.ts";
import { forms, getForm } from "../../../src/forms/registry.ts";
import { tensorValue } from "../../../src/solve/tfjs/tensor-form.ts";
import { everyFunction, randomPoints } from "../../forms/helpers.ts";
import { deviceNamed } from "./device.ts";

const fits = 7;
const points = 5;

/** Central differences of the form's value in float64. */
function slope(form: DefinedForm, p: Float64Array, v: Float64Array, i: number): number {
  const step = 1e-6 * Math.max(1, Math.abs(p[i]!));
  const at = (x: number): number => form.value(p.with(i, x), v);
  return (at(p[i]! + step) - at(p[i]! - step)) / (2 * step);
}

describe.each(["wasm", "cpu"] as const)("on device %s", (name) => {
  test.each([...[...forms.keys()].map((known) => getForm(known)), defineForm(everyFunction)])(
    "$name: value and gradient are the form's, to float32",
    async (form) => {
      const { tf } = await deviceNamed(name);
      const parameters = randomPoints(form, fits).map(({ p }) => p);
      const variables = randomPoints(form, points).map(({ v }) => v);
      const columns = variables.map((v) => {
        const values = new Float64Array(form.columns.length);
        form.columnValues(v, values);
        return values;
      });
      const { value, gradient } = tf.tidy(() => {
        const table = (rows: readonly Float64Array[], i: number): number[] => rows.map((row) => row[i]!);
        const result = tensorValue(
          tf,
          form.program,
          form.parameterNames.map((_, i) => tf.tensor1d(table(parameters, i))),
          form.columns.map((_, c) => tf.tensor2d(parameters.map(() => table(columns, c)))),
          tf.ones([1, points]),
        );
        return {
          value: result.value.dataSync(),
          gradient: result.gradient.map((one) => one?.dataSync() ?? new Float32Array(fits * points)),
        };
      });
      expect(value).toHaveLength(fits * points);
      parameters.forEach((p, f) => {
        variables.forEach((v, q) => {
          const place = f * points + q;
          const close = (ours: number, theirs: number, scale: number, what: string): void => {
            expect(Math.abs(ours - theirs), `${what}: ${ours}, ${theirs}`).toBeLessThan(1e-4 * scale);
          };
          const truth = form.value(p, v);
          close(value[place]!, truth, Math.max(1e-3, Math.abs(truth)), "value");
          form.parameterNames.forEach((parameter, i) => {
            const expected = slope(form, p, v, i);
            close(
              gradient[i]![place]!,
              expected,
              Math.max(1e-2, Math.abs(expected), Math.abs(truth)),
              parameter,
            );
          });
        });
      });
    },
  );
});
