/**
 * The page's script: tables that sort and filter, and downloads. The source text of this function is written into the page, with
 * its names. It must use nothing from outside the function and no network, and must not insert a table's text as HTML.
 *
 * @param visible `visibleLine`, whose source text the page contains too
 */
export function client(visible: (text: string) => string): void {
  interface PageColumn {
    name: string;
    type: "number" | "boolean" | "text";
    texts?: string[];
    values: (number | boolean | null)[];
  }
  type Value = string | number | boolean | null;
  const MOST_ROWS = 100;

  async function unpack(id: string): Promise<PageColumn[]> {
    const packed = atob(document.getElementById(id)?.textContent ?? "");
    const bytes = Uint8Array.from(packed, (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text()).columns;
  }

  function cellOf(column: PageColumn, row: number): Value {
    const value = column.values[row] ?? null;
    return column.type === "text" && value !== null ? (column.texts?.[Number(value)] ?? null) : value;
  }

  /** A spreadsheet opens the file: a text that it would take for a formula begins with an apostrophe. */
  function notFormula(text: string): string {
    const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
    return /^[=+\-@\t\r]/.test(text) && !isNumber ? `'${text}` : text;
  }

  function csvOf(columns: PageColumn[], rows: Iterable<number>): string {
    const quoted = (value: Value): string => {
      const text = value === null ? "" : typeof value === "string" ? notFormula(value) : String(value);
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    let csv = `${columns.map(({ name }) => quoted(name)).join(",")}\n`;
    for (const row of rows) csv += `${columns.map((column) => quoted(cellOf(column, row))).join(",")}\n`;
    return csv;
  }

  function save(name: string, type: string, content: string): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function shown(value: Value): string {
    if (value === null) return "";
    if (typeof value === "string") return visible(value);
    if (typeof value !== "number" || Number.isInteger(value)) return String(value);
    const rounded = Number(value.toPrecision(6));
    const size = Math.abs(rounded);
    return size !== 0 && (size >= 1e6 || size < 1e-4) ? rounded.toExponential() : String(rounded);
  }

  const all = (length: number): number[] => Array.from({ length }, (_, row) => row);
  const lengthOf = (columns: PageColumn[]): number => columns[0]?.values.length ?? 0;

  /** One table: its state is which rows, in which order. */
  async function openTable(box: HTMLElement): Promise<void> {
    const name = box.dataset.table ?? "";
    const columns = await unpack(`data-${name}`);
    const length = lengthOf(columns);
    let rows = all(length);
    let sorted: { column: number; isDown: boolean } | undefined;
    let most = MOST_ROWS;
    const part = <Kind extends HTMLElement>(selector: string): Kind => box.querySelector<Kind>(selector)!;
    const [filter, count, head, body, more] = [
      part<HTMLInputElement>("input"),
      part(".count"),
      part("thead"),
      part("tbody"),
      part<HTMLButtonElement>(".more"),
    ];

    /** What a filter looks in: what is seen of a text. */
    const searched = (column: PageColumn, row: number): string => {
      return visible(String(cellOf(column, row) ?? "")).toLowerCase();
    };

    /** Words that a row must hold; `column=word` looks in one column, `column<1` and `column>1` compare. */
    const matches = (): number[] => {
      const tests = filter.value
        .trim()
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== "")
        .map((word): ((row: number) => boolean) => {
          const parts = /^([^=<>]+)(=|<|>)(.*)$/.exec(word);
          const column = parts && columns.find((one) => visible(one.name).toLowerCase() === parts[1]);
          if (parts && column) {
            const [sign, wanted] = [parts[2], parts[3] ?? ""];
            if (sign === "=") return (row) => searched(column, row).includes(wanted);
            return (row) => {
              const value = cellOf(column, row);
              if (value === null) return false;
              return sign === "<" ? Number(value) < Number(wanted) : Number(value) > Number(wanted);
            };
          }
          return (row) => columns.some((one) => searched(one, row).includes(word));
        });
      return all(length).filter((row) => tests.every((test) => test(row)));
    };

    const order = (): void => {
      if (sorted === undefined) return;
      const column = columns[sorted.column]!;
      const sign = sorted.isDown ? -1 : 1;
      // Missing values stand last either way.
      rows.sort((a, b) => {
        const [one, other] = [cellOf(column, a), cellOf(column, b)];
        if (one === null || other === null) return one === other ? a - b : one === null ? 1 : -1;
        return one === other ? a - b : sign * (one < other ? -1 : 1);
      });
    };

    const draw = (): void => {
      head.replaceChildren();
      const line = head.appendChild(document.createElement("tr"));
      columns.forEach((column, c) => {
        const cell = line.appendChild(document.createElement("th"));
        const button = cell.appendChild(document.createElement("button"));
        button.textContent =
          visible(column.name) + (sorted?.column === c ? (sorted.isDown ? " ▾" : " ▴") : "");
        cell.setAttribute(
          "aria-sort",
          sorted?.column === c ? (sorted.isDown ? "descending" : "ascending") : "none",
        );
        button.onclick = () => {
          sorted = { column: c, isDown: sorted?.column === c && !sorted.isDown };
          order();
          draw();
        };
      });
      body.replaceChildren(
        ...rows.slice(0, most).map((row) => {
          const tr = document.createElement("tr");
          for (const column of columns) {
            const td = tr.appendChild(document.createElement("td"));
            td.textContent = shown(cellOf(column, row));
            if (column.type === "number") td.className = "number";
          }
          return tr;
        }),
      );
      count.textContent = rows.length === length ? `${length} rows` : `${rows.length} of ${length} rows`;
      more.hidden = rows.length <= most;
    };

    filter.oninput = () => {
      rows = matches();
      most = MOST_ROWS;
      order();
      draw();
    };
    more.onclick = () => {
      most += 5 * MOST_ROWS;
      draw();
    };
    part<HTMLButtonElement>(".csv").onclick = () => save(`${name}.csv`, "text/csv", csvOf(columns, rows));
    draw();
  }

  /** The figure as one file: its panels in rows, the legend below, in the colours that are seen. */
  function svgOf(figure: HTMLElement): string {
    const style = getComputedStyle(document.documentElement);
    const gap = 14;
    let [x, y, height, width] = [gap, 34, 0, 320];
    let content = "";
    for (const svg of figure.querySelectorAll<SVGSVGElement>("svg.panel")) {
      const [own, tall] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
      if (x > gap && x + own > 1010 + gap) [x, y, height] = [gap, y + height + gap, 0];
      const copy = svg.cloneNode(true) as SVGSVGElement;
      copy.setAttribute("x", String(x));
      copy.setAttribute("y", String(y));
      content += new XMLSerializer().serializeToString(copy);
      [x, height, width] = [x + own + gap, Math.max(height, tall), Math.max(width, x + own)];
    }
    [x, y] = [gap, y + height + gap];
    for (const item of figure.querySelectorAll(".legend span")) {
      const label = item.textContent ?? "";
      if (x > gap && x + 40 + 6.4 * label.length > width) [x, y] = [gap, y + 20];
      const text = label.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
      content += `<g transform="translate(${x},${y})">${item.querySelector("svg")?.innerHTML ?? ""}<text x="24" y="11" font-size="11" fill="var(--ink)">${text}</text></g>`;
      x += 40 + 6.4 * label.length;
    }
    const title = (figure.querySelector("h3")?.textContent ?? "")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;");
    const [w, h] = [width + gap, y + 20 + gap];
    const whole =
      `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="system-ui, sans-serif" color="var(--muted)">` +
      `<rect width="100%" height="100%" fill="var(--paper)"/><text x="${gap}" y="20" font-size="14" font-weight="bold" fill="var(--ink)">${title}</text>${content}</svg>`;
    // Variables are whole attributes; no name of the table is one.
    return whole.replace(
      /"var\((--[a-z]+\d?)\)"/g,
      (_, name: string) => `"${style.getPropertyValue(name).trim()}"`,
    );
  }

  for (const figure of document.querySelectorAll<HTMLElement>("figure[data-figure]")) {
    const name = figure.dataset.figure ?? "";
    figure.querySelector<HTMLButtonElement>(".svg")!.onclick = () =>
      save(`${name}.svg`, "image/svg+xml", svgOf(figure));
    figure.querySelector<HTMLButtonElement>(".csv")!.onclick = async () => {
      const columns = await unpack(`figure-${name}`);
      save(`${name}.csv`, "text/csv", csvOf(columns, all(lengthOf(columns))));
    };
  }
  for (const box of document.querySelectorAll<HTMLDetailsElement>("details[data-table]")) {
    let isOpened = false;
    const open = (): void => {
      if (box.open && !isOpened) {
        isOpened = true;
        void openTable(box);
      }
    };
    box.addEventListener("toggle", open);
    open();
  }
  document.querySelector<HTMLButtonElement>("#save-checklist")!.onclick = () => {
    save("checklist.md", "text/markdown", document.getElementById("checklist-markdown")?.textContent ?? "");
  };
}
