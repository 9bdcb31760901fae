import { expect, test } from "vitest";
import { category, colours, ordered, withColours } from "../../src/draw/theme.ts";

/** Relative luminance of a colour (WCAG 2.1). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

test("both themes have the same colours", () => {
  expect(Object.keys(colours.dark).toSorted()).toEqual(Object.keys(colours.light).toSorted());
});

test.each(["light", "dark"] as const)("texts can be read and signs can be seen on %s paper", (theme) => {
  const { paper, ink, muted, ...others } = colours[theme];
  for (const text of [ink, muted]) expect(contrast(text!, paper!)).toBeGreaterThan(4.5);
  for (const [name, colour] of Object.entries(others)) {
    if (/^(grid|h\d)$/.test(name)) continue;
    expect(contrast(colour, paper!), name).toBeGreaterThan(2.2);
  }
});

test.each(["light", "dark"] as const)("classes of the heat map go one way in lightness, %s", (theme) => {
  const steps = Array.from({ length: 7 }, (_, i) => luminance(colours[theme][`h${i + 1}`]!));
  const sorted = steps.toSorted((a, b) => a - b);
  expect([sorted, sorted.toReversed()]).toContainEqual(steps);
});

test("variables become the colours of a theme, and all that are named are known", () => {
  const names = [
    ...Array.from({ length: 9 }, (_, i) => category(i)),
    ...Array.from({ length: 8 }, (_, i) => ordered(i)),
  ];
  expect(withColours(names.map((name) => `fill="${name}"`).join(" "), "dark")).not.toContain("var(");
  expect(withColours('fill="var(--fit)"', "light")).toBe(`fill="${colours.light.fit}"`);
  expect(withColours("<text>var(--fit)</text>", "light")).toBe("<text>var(--fit)</text>");
});
