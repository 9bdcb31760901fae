// Links of the built pages to places within pages. That the pages are there VitePress demands itself.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** @returns each link whose place its page does not have */
export function deadAnchors(folder) {
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".html"),
  );
  const texts = new Map(pages.map((name) => [join(folder, name), readFileSync(join(folder, name), "utf8")]));
  const places = new Map(
    Array.from(texts, ([path, text]) => [
      path,
      new Set(Array.from(text.matchAll(/\sid="([^"]*)"/g), ([, id]) => id)),
    ]),
  );
  return Array.from(texts).flatMap(([path, text]) =>
    Array.from(text.matchAll(/\shref="([^":]*)#([^"]+)"/g)).flatMap(([, file, place]) => {
      const from = file.startsWith("/") ? folder : dirname(path);
      const target = file === "" ? path : join(from, file);
      return places.get(target)?.has(decodeURIComponent(place)) ? [] : [`${path}: ${file}#${place}`];
    }),
  );
}
