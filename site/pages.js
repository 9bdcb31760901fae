// Copies the Markdown of the project, and what it links to, to the folder that the site is made of. docs/ is its root; links are rewritten.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, posix } from "node:path";
import { root } from "./groups.js";

/** Pages of the project outside docs/, by what they are on the site. */
const renamed = new Map([
  ["README.md", "lawfit.md"],
  ["CONTRIBUTING.md", "contributing.md"],
  ["CHANGELOG.md", "changelog.md"],
]);

/** The page of a file or folder of the project. */
function pageOf(path) {
  if (renamed.has(path)) return renamed.get(path);
  const example = /^docs\/(api\/.*)\.ts$/.exec(path);
  if (example) return `${example[1]}.md`;
  const place = path.replace(/^docs\//, "").replace(/(^|\/)README\.md$/, "$1index.md");
  if (statSync(join(root, path)).isDirectory()) return posix.join(place, "index.md");
  return extname(path) === ".md" ? place : `${place}.md`;
}

/** What a page says of a file that is no Markdown, or of a folder. */
function shown(path) {
  const file = join(root, path);
  if (statSync(file).isDirectory()) {
    const names = readdirSync(file).sort();
    return `# ${path}\n\nThe files of this folder of the project:\n\n${names.map((name) => `- \`${name}\`\n`).join("")}`;
  }
  return `# ${path}\n\n\`\`\`\`${extname(path).slice(1).replace("mjs", "js")}\n${readFileSync(file, "utf8").trimEnd()}\n\`\`\`\`\n`;
}

/** Text with the targets of its links replaced, but for those in code. */
function withLinks(text, replace) {
  const parts = /^(`{3,}).*\n[\s\S]*?^\1`*$|(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)|\]\(([^)\s]+)\)/gm;
  return text.replaceAll(parts, (whole, _fence, _code, target) =>
    target === undefined ? whole : `](${replace(target)})`,
  );
}

/**
 * @param folder of the copies
 * @throws Error for a link to a file that is not there
 */
export function writePages(folder) {
  const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const wanted = [...renamed.keys(), ...docs.map((name) => `docs/${name}`)];
  const known = new Set(wanted);
  for (const path of wanted) {
    const page = pageOf(path);
    // The API's pages are made of the examples.
    if (page.startsWith("api/")) continue;
    const linked = (target) => {
      if (/^[a-z]+:/.test(target) || target.startsWith("#")) return target;
      const [file, anchor] = target.split("#");
      const other = posix.normalize(posix.join(posix.dirname(path), file)).replace(/\/$/, "");
      if (!existsSync(join(root, other))) throw new Error(`${path}: ${target}: no such file`);
      if (!known.has(other)) wanted.push(other);
      known.add(other);
      const way = posix.relative(posix.dirname(page), pageOf(other));
      return `${way.startsWith(".") ? way : `./${way}`}${anchor === undefined ? "" : `#${anchor}`}`;
    };
    const text =
      extname(path) === ".md" ? withLinks(readFileSync(join(root, path), "utf8"), linked) : shown(path);
    const copy = join(folder, page);
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, text);
  }
}
