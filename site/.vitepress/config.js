import { readFileSync } from "node:fs";
import { join } from "node:path";
import { katex } from "@mdit/plugin-katex";
import { defineConfig } from "vitepress";
import { groups, root } from "../groups.js";

/** The groups of docs/README.md with their pages. */
function sections() {
  const [, ...parts] = readFileSync(join(root, "docs/README.md"), "utf8").split(/^## /m);
  return parts.map((part) => {
    const pages = part.matchAll(/^\| \[([^\]]+)\]\(([\w-]+)\.md\)/gm);
    const items = Array.from(pages, ([, text, name]) => ({ text, link: `/${name}` }));
    return { text: part.slice(0, part.indexOf("\n")), collapsed: false, items };
  });
}

const api = groups.map(({ page, title }) => ({ text: title, link: `/api/${page}` }));

/** Addresses of headings as GitHub makes them, so that links hold in the repository and on the site. */
const slugify = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

export default defineConfig({
  title: "lawfit",
  description: "Scaling laws of language models, fitted in bulk",
  lang: "en",
  head: [["link", { rel: "icon", href: "data:," }]],
  srcDir: "pages",
  outDir: "dist",
  cacheDir: "cache",
  // Where the pages are served from another folder than the root.
  base: process.env.LAWFIT_DOCS_BASE ?? "/",
  // The index of the search is one file.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    nav: [
      { text: "Quick start", link: "/lawfit" },
      { text: "Documentation", link: "/" },
      { text: "API", link: "/api" },
      { text: "Changes", link: "/changelog" },
    ],
    sidebar: [
      {
        text: "Start",
        items: [
          { text: "Quick start", link: "/lawfit" },
          { text: "Documentation", link: "/" },
        ],
      },
      ...sections(),
      { text: "API in detail", collapsed: false, items: api },
      {
        text: "Project",
        items: [
          { text: "Contributing", link: "/contributing" },
          { text: "Changes", link: "/changelog" },
        ],
      },
    ],
    outline: { level: [2, 3] },
    search: { provider: "local" },
  },
  markdown: {
    anchor: { slugify },
    config: (md) => md.use(katex, { mathFence: true }),
  },
});
