import { describe, expect, test } from "vitest";
import { getMethod, methods } from "../src/registry.ts";
import { context } from "./methods/context.ts";

describe.each([...methods.values()])("method $name", (method) => {
  test("runs with its defaults, which are the values of its one configuration", () => {
    const [only, ...others] = method.configurations({}, context, "test");
    expect(others).toEqual([]);
    expect([...only!.values]).toEqual(method.axes.map(({ name, default: value }) => [name, value]));
  });

  test.each(method.axes.map((axis) => [axis.name, axis] as const))(
    "axis %s says what it is",
    (name, axis) => {
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(axis.description.length).toBeGreaterThan(10);
      expect(axis.allowed).not.toBe("");
      expect(() => method.configurations({ [name]: {} }, context, "here")).toThrow(
        `here.${name}: {}; allowed: `,
      );
    },
  );

  test("no two axes have one name", () => {
    expect(new Set(method.axes.map(({ name }) => name)).size).toBe(method.axes.length);
  });
});

test("an unknown method is refused with the nearest name", () => {
  expect(() => getMethod("lader", "f.yaml: method")).toThrow(
    `f.yaml: method: unknown method "lader"; allowed: ${[...methods.keys()].join(", ")}; did you mean "ladder"?`,
  );
});
