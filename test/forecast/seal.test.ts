import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/forecast/canonical-json.ts";
import { readForecast } from "../../src/forecast/document.ts";
import { checkSeal, readSealed, seal } from "../../src/forecast/seal.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { forecast, quantity } from "./made-up.ts";

const { folder } = temporaryFolder();

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("canonical JSON", () => {
  test("is that of the example of RFC 8785, section 3.2.2", () => {
    const given = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    expect(canonicalJson(JSON.parse(given))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test("has keys in the order of their UTF-16 code units, as RFC 8785, section 3.2.3 has them", () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"];
    const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(text).toBe(`{${sorted.map((key) => `${JSON.stringify(key)}:0`).join(",")}}`);
  });

  test.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, () => 0])("has no place for %s", (value) => {
    expect(() => canonicalJson([value])).toThrow(TypeError);
  });
});

describe("a sealed forecast", () => {
  const text = `${JSON.stringify(forecast({ quantities: [quantity({ value: 0.1 + 0.2 })] }), null, 2)}\n`;

  test("is sealed as a copy, and with other spaces, line ends and order of keys", async () => {
    const path = await written("one.json", text);
    await copyFile(path, join(folder, "copy.json"));
    expect(await readForecast(join(folder, "copy.json"))).toEqual(JSON.parse(text));
    const turned = Object.fromEntries(Object.entries(JSON.parse(text)).toReversed());
    for (const other of [text.replaceAll("\n", "\r\n"), JSON.stringify(turned)]) {
      const { check } = await readSealed(await written("other.json", other));
      expect(check).toMatchObject({ sealed: true, reason: null });
    }
  });

  test("is not when any one of its digits is another", () => {
    const places = [...text.matchAll(/\d/g)].map(({ index }) => index);
    expect(places.length).toBeGreaterThan(150);
    for (const place of places) {
      const digit = (Number(text[place]) + 1) % 10;
      const changed = `${text.slice(0, place)}${digit}${text.slice(place + 1)}`;
      let document: Record<string, unknown>;
      try {
        document = JSON.parse(changed);
      } catch {
        continue; // 0.5 as 10.5 is JSON, 15 as 05 is not.
      }
      expect(checkSeal(document).sealed, text.slice(place - 30, place + 10)).toBe(false);
    }
  });

  test("says what is wrong", async () => {
    const path = await written("changed.json", text.replace("2.3", "2.4"));
    expect(await messageOf(readForecast(path))).toMatch(
      new RegExp(
        `${path}: unsealed: it was changed after it was sealed: its hash is [0-9a-f]{64}, and the seal has [0-9a-f]{64}$`,
      ),
    );
    const { seal: _, ...bare } = JSON.parse(text);
    expect((await readSealed(await written("bare.json", JSON.stringify(bare)))).check.reason).toBe(
      "it has no seal",
    );
    const twice = text.replace('"by":', '"by": "2028-01-31",\n  "by":');
    expect((await readSealed(await written("twice.json", twice))).check).toMatchObject({
      sealed: false,
      reason: "a key is given twice in line 7",
    });
  });

  test.each<[string, string]>([
    ["{", "not valid JSON: "],
    ["[1]", "not a JSON object"],
    ['{"kind": "manifest"}', "not a forecast; allowed: a file that lawfit forecast wrote"],
    [JSON.stringify(seal({ kind: "forecast", program: "lawfit" })), "version: nothing: "],
  ])("%s is no forecast", async (content, message) => {
    const path = await written("none.json", content);
    expect(await messageOf(readForecast(path))).toContain(`${path}: ${message}`);
  });
});
