import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { composeFigure } from "../../src/draw/compose.ts";
import { tableOfRecords } from "../../src/draw/records.ts";
import { readJob } from "../../src/report/read-job.ts";
import { writeReport } from "../../src/report/report.ts";
import { visibleLine } from "../../src/text.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { drawAll, figures } from "./figures.ts";
import { harmless, hostile, namedRuns, pageOf, UNSEEN } from "./hostile.ts";

const { folder } = temporaryFolder();

/** Elements by their names and those of their attributes, and how many there are of each. */
function structureOf(page: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const element of parseHTML(page).document.querySelectorAll("*")) {
    const kind = [element.localName, ...Array.from(element.attributes, ({ name }) => name).toSorted()].join(
      " ",
    );
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

describe("with hostile names", () => {
  const runs: { hostile: string; harmless: string }[] = [];
  /** Runs whose pages are written: among them, of those that one writer makes alike, a part. */
  const withPages = wholeCrosses ? [0, 1, 2, 3, 4, 5] : [0, 2];

  beforeAll(async () => {
    const places = [join(folder, "hostile"), join(folder, "harmless")] as const;
    for (const place of places) mkdirSync(place);
    const bad = await Promise.all(namedRuns(places[0], hostile).map((make) => make()));
    const makers = namedRuns(places[1], harmless);
    for (const [i, run] of bad.entries()) {
      const good = withPages.includes(i) ? await makers[i]!() : "";
      runs.push({ hostile: run, harmless: good });
      if (good !== "") for (const one of [run, good]) await writeReport(one, { out: pageOf(one) });
    }
  });

  test("a page has the elements and attributes that it has with harmless names", () => {
    expect(runs).toHaveLength(6);
    for (const run of withPages.map((which) => runs[which]!)) {
      const [bad, good] = [
        readFileSync(pageOf(run.hostile), "utf8"),
        readFileSync(pageOf(run.harmless), "utf8"),
      ];
      expect(structureOf(bad)).toEqual(structureOf(good));
      expect(Object.keys(structureOf(bad)).filter((kind) => / (on\w+|style|srcdoc)\b/.test(kind))).toEqual(
        [],
      );
      expect(bad).not.toMatch(UNSEEN);
    }
  });

  test("a page shows the names, every character seen", () => {
    const [run] = runs;
    const text = parseHTML(readFileSync(pageOf(run!.hostile), "utf8")).document.body.textContent;
    for (const name of ["t", "w", "big", "source"]) expect(text).toContain(visibleLine(hostile(name)));
  });

  /** What a search finds, in columns of hostile names. */
  const searched_laws = tableOfRecords(
    [true, false].map((front, i) => {
      const named = { task: hostile("t"), form: hostile(`law${i}`), loss: "squared", residual: "plain" };
      const error = { rollout_error: 0.1 + i, rollout_lower: 0.05 + i, rollout_upper: 0.2 + i };
      return { ...named, ...error, rank: i + 1, complexity: 5 + i, parameters: 3, front, reference: !front };
    }),
  );

  test("every figure is well-formed SVG, as one file and for what makes a picture of it", async () => {
    const drawn = new Set<string>();
    for (const run of runs) {
      const job = await readJob(run.hostile);
      const tables = { ...job.tables, ...(run === runs[0] && { searched_laws }) };
      for (const { figure, drawing } of drawAll(
        { ...job, tables },
        wholeCrosses ? undefined : new Set(drawn),
      )) {
        if ("missing" in drawing) continue;
        const svg = composeFigure(figure.title, drawing, "light");
        expect(svg, figure.name).not.toMatch(UNSEEN);
        // What makes the picture is strict about XML. Of one run each figure is enough.
        if (drawn.has(figure.name)) continue;
        drawn.add(figure.name);
        const { format, width } = await sharp(Buffer.from(svg), { unlimited: true }).metadata();
        expect({ format, width }, figure.name).toEqual({ format: "svg", width: expect.any(Number) });
      }
    }
    expect(drawn).toEqual(new Set(figures.map(({ name }) => name)));
  });

  test("Markdown has the lines that it has with harmless names, and no HTML, links or emphasis of names", async () => {
    // All Markdown is written alike.
    for (const run of (wholeCrosses ? withPages : [0]).map((which) => runs[which]!)) {
      const [bad, good] = await Promise.all(
        [run.hostile, run.harmless].map(async (one) => {
          const out = join(one, "report.md");
          await writeReport(one, { out });
          return readFileSync(out, "utf8");
        }),
      );
      expect(bad!.split("\n").length).toBe(good!.split("\n").length);
      const cells = (text: string) => text.split("\n").map((line) => line.match(/(?<!\\)\|/g)?.length ?? 0);
      expect(cells(bad!)).toEqual(cells(good!));
      const [, own = ""] = /^([\s\S]*)<!-- lawfit report/.exec(bad!) ?? [];
      expect(own).not.toMatch(/(?<!\\)(<|`|\*)|(?<!\\)\]\(javascript/);
      expect(own).not.toMatch(UNSEEN);
    }
  });
});
