import assert from "node:assert/strict";
import {
  computeOptimal,
  defineForm,
  forms,
  getForm,
  laws,
  parametersByName,
  parametersInOrder,
  predict,
} from "lawfit";

// #region forms
assert(forms.has("chinchilla"));
assert.equal(
  forms.get("chinchilla")!.expression,
  "L = exp(a - alpha*ln(N)) + exp(b - beta*ln(D)) + E",
);
// #endregion forms

// #region laws
const ofExperts = [...laws.values()].filter(({ description }) =>
  description.includes("experts"),
);
assert(ofExperts.length > 0);
// #endregion laws

// #region getForm
const chinchilla = getForm("chinchilla");
assert.deepEqual(chinchilla.parameterNames, ["a", "b", "alpha", "beta", "E"]);
assert.throws(() => getForm("chinchila"), /did you mean "chinchilla"\?/);
// #endregion getForm

// #region defineForm
// As under `forms:` of a sweep file, with its name.
const link = defineForm({
  name: "my-link",
  expression: "acc = top - (top - floor)/(1 + exp(-k*(x - mid)))",
  variables: { x: "loss, nats" },
  parameters: {
    top: { lower: 0, upper: 1, start: [0.5, 1] },
    floor: { lower: 0, upper: 1, start: [0, 0.5] },
    k: { lower: 0, start: [0, 10] },
    mid: { lower: 0, start: [0, 2] },
  },
});
assert.equal(link.output, "acc");

// As an equation alone: what is no variable is a parameter.
const law = defineForm("loss = E + A/N^alpha + B/D^beta", ["N", "D"]);
assert.deepEqual(law.parameterNames, ["E", "A", "alpha", "B", "beta"]);
// #endregion defineForm

// #region predict
const [atHalf] = predict(link, { top: 1, floor: 0.25, k: 5, mid: 0.9 }, { x: 0.9 });
assert.equal(atHalf, 0.625);
const hoffmann = { E: 1.69, A: 406.4, alpha: 0.34, B: 410.7, beta: 0.28 };
const losses = predict(law, hoffmann, { N: 70e9, D: [1.4e12, 15e12] });
assert.equal(losses[0]!.toFixed(3), "1.937");
// #endregion predict

// #region parametersInOrder
const inOrder = parametersInOrder(law, hoffmann);
assert.deepEqual([...inOrder], [1.69, 406.4, 0.34, 410.7, 0.28]);
assert.throws(
  () => parametersInOrder(law, { ...hoffmann, alfa: 1 }),
  /unknown parameter "alfa"; allowed: E, A, alpha/,
);
// #endregion parametersInOrder

// #region parametersByName
assert.deepEqual(parametersByName(law, inOrder), hoffmann);
// #endregion parametersByName

// #region computeOptimal
// The best size for 1e22 FLOPs at 6 N D, by name; N grows as the budget to the power beta/(alpha + beta).
const best = computeOptimal(law, hoffmann, 1e22);
assert(Math.abs(6 * best.n * best.d - 1e22) < 1e16);
assert.equal(best.exponent.toFixed(3), (0.28 / (0.34 + 0.28)).toFixed(3));
// #endregion computeOptimal
