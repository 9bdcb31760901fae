import { expect, test } from "vitest";
import { methods } from "../../src/registry.ts";
import { presets } from "../../src/spec/presets.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec, type SweepSpec } from "../../src/spec/spec.ts";

const resolve = (spec: SweepSpec) => resolveSweep(checkSpec(spec, "f.yaml"), "f.yaml");
const mine = (expression: string, bounds = {}) => ({
  mine: {
    expression,
    variables: { x: "loss" },
    parameters: { w: { ...bounds, start: [0, 1] as [number, number] } },
  },
});

test("defaults and preset are filled in, and the spec says so", () => {
  const sweep = resolve({ preset: "ladder", table: "t.csv", axes: { anchor: false } });
  expect(sweep.method.name).toBe("ladder");
  expect(sweep.configurations).toHaveLength(1);
  expect(sweep.solve).toEqual({ starts: "auto", seed: 0, backend: "auto" });
  expect(sweep.spec).toEqual({
    method: "ladder",
    table: ["t.csv"],
    axes: { anchor: false },
    starts: "auto",
    seed: 0,
    backend: "auto",
    profiles: false,
  });
});

test("profiles are solved with a bootstrap, unless the spec says otherwise", () => {
  const given = { method: "ladder", table: "t.csv", bootstrap: {} };
  expect(resolve(given).profiles).toBe(true);
  expect(resolve({ ...given, profiles: false }).profiles).toBe(false);
  expect(resolve({ method: "ladder", table: "t.csv", profiles: true }).profiles).toBe(true);
});

test("axes may be several mappings, whose crosses are united", () => {
  const sweep = resolve({
    method: "ladder",
    table: "t",
    axes: [{ link: ["sigmoid", "linear"] }, { anchor: [true, false] }],
  });
  expect(sweep.configurations.map(({ values }) => [values.get("link"), values.get("anchor")])).toEqual([
    ["sigmoid", true],
    ["linear", true],
    ["sigmoid", false],
  ]);
});

test("axes of one's own are put over each mapping of the preset", () => {
  const links = (spec: SweepSpec) =>
    resolve({ preset: "ladder-ablations", table: "t", ...spec }).configurations.map(({ values }) =>
      [values.get("link"), values.get("feature"), values.get("anchor")].join(" "),
    );
  expect(new Set(links({ axes: { link: "linear", runs: "all" } }))).toEqual(
    new Set([
      "linear loss true",
      "linear none true",
      "linear loss@c4 true",
      "linear loss@domains true",
      "linear ce false",
    ]),
  );
  const twice = links({ axes: [{}, { anchor: false }] });
  expect(twice.filter((one) => one === "sigmoid loss@c4 true")).toHaveLength(1);
  expect(twice.filter((one) => one === "sigmoid loss@c4 false")).toHaveLength(1);
});

test("a form of the user's own can be the link", () => {
  const sweep = resolve({
    method: "ladder",
    table: "t",
    forms: mine("y = w*x"),
    axes: { link: ["mine", "sigmoid"] },
  });
  expect(sweep.configurations.map(({ values }) => values.get("link"))).toEqual(["mine", "sigmoid"]);
});

test.each([
  ["flp-m", "m2", { link: "linear", law: "m2" }, "axis law"],
  ["flp-m", "average", { link: "average" }, "axis link"],
  ["flp-m", "none", {}, "axis link"],
  ["flp-m", "network-least-squares", {}, "axis link"],
  ["flp", "none", { feature: "none" }, "axis feature"],
  ["ladder", "huber", {}, "axis loss1"],
  ["loss-to-loss", "all", {}, "axis source"],
])("method %s: a form that is named %s, as a choice of an axis, is refused", (method, name, axes, axis) => {
  const spec = { method, table: "t", axes, forms: { [name]: mine("y = w*x").mine } };
  expect(() => resolve(spec)).toThrow(
    new RegExp(
      `^f.yaml: forms.${name}: "${name}" is a choice of ${axis} of method ${method}, .*choose another name$`,
    ),
  );
});

test("a form that no axis uses is told, with the axes that take forms; one that is used is not", () => {
  const spec = { method: "flp", table: "t", forms: mine("y = w*x") };
  expect(resolve(spec).idleForms).toEqual([
    "forms.mine: no axis uses it, so it is not fitted; axes that take forms: law, direct, link",
  ]);
  expect(resolve({ ...spec, axes: [{ link: "sigmoid" }, { link: ["linear", "mine"] }] }).idleForms).toEqual(
    [],
  );
  expect(
    resolve({ method: "flp-m", table: "t", forms: mine("y = w*x"), axes: { law: "mine" } }).idleForms,
  ).toEqual([]);
});

test.each<[string, SweepSpec, string]>([
  [
    "no method",
    { table: "t" },
    `f.yaml: method: missing; allowed: ${[...methods.keys()].join(", ")}, or a preset`,
  ],
  ["no table", { method: "ladder" }, "f.yaml: table: missing"],
  [
    "unknown preset",
    { preset: "ladders", table: "t" },
    `f.yaml: preset: unknown preset "ladders"; allowed: ${[...presets.keys()].join(", ")}; did you mean "ladder"?`,
  ],
  [
    "preset against method",
    { preset: "ladder", method: "flp", table: "t" },
    "f.yaml: method: flp; preset ladder has method ladder",
  ],
  [
    "unknown axis",
    { method: "ladder", table: "t", axes: { anchr: true } },
    'f.yaml: axes: unknown axis "anchr" of method ladder',
  ],
  [
    "unknown form",
    { method: "ladder", table: "t", axes: { link: "sigmod" } },
    'f.yaml: axes.link: unknown form "sigmod"',
  ],
  [
    "form of two variables",
    { method: "ladder", table: "t", axes: { link: "chinchilla" } },
    'form "chinchilla" has 2 variables (N, D); allowed: the name of a form of one variable',
  ],
  [
    "no axes",
    { method: "ladder", table: "t", axes: [] },
    "f.yaml: axes: []; allowed: a mapping of axis names",
  ],
  ["expression", { method: "ladder", table: "t", forms: mine("y = w*(x") }, "f.yaml: forms.mine: "],
  ["name in an expression", { method: "ladder", table: "t", forms: mine("y = w*x + q") }, 'unknown name "q"'],
  [
    "bounds",
    { method: "ladder", table: "t", forms: mine("y = w*x", { lower: 2, upper: 1 }) },
    "the wrong way round: lower 2, upper 1",
  ],
])("%s is refused", (_, spec, message) => {
  expect(() => resolve(spec)).toThrow(message);
});
