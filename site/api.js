// Writes the pages of the API from the types and docstrings of src/, with the examples of docs/api.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Application, Comment, CommentTag, Converter, ReflectionKind } from "typedoc";
import { entryFiles, exampleFile, examplesOf, groups, introductionOf } from "./groups.js";

const entries = join(import.meta.dirname, "entries");

/** @param folder of the pages, one for each group */
export async function writeApi(folder) {
  rmSync(entries, { recursive: true, force: true });
  mkdirSync(entries);
  for (const [page, statements] of entryFiles()) {
    writeFileSync(join(entries, `${page}.ts`), `${statements.join("\n")}\n`);
  }
  writeFileSync(
    join(entries, "tsconfig.json"),
    '{ "extends": "../../tsconfig.json", "include": ["*.ts"] }\n',
  );
  const app = await Application.bootstrapWithPlugins({
    entryPoints: groups.map(({ page }) => join(entries, `${page}.ts`)),
    tsconfig: join(entries, "tsconfig.json"),
    plugin: ["typedoc-plugin-markdown"],
    readme: "none",
    disableSources: true,
    outputs: [{ name: "markdown", path: folder }],
    // `npm run typecheck` has done so, with the project's own compiler.
    skipErrorChecking: true,
    // Types that only inner parts of others have are left out.
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    treatValidationWarningsAsErrors: true,
    excludeExternals: true,
    logLevel: "Warn",
    sort: ["alphabetical"],
    groupOrder: ["Functions", "Classes", "Variables", "Interfaces", "Type Aliases"],
    outputFileStrategy: "modules",
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hidePageTitle: true,
    useCodeBlocks: true,
    useHTMLAnchors: true,
    sanitizeComments: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    typeAliasPropertiesFormat: "table",
    tableColumnSettings: { hideSources: true, hideInherited: true, hideModifiers: true },
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    nameParameters(project);
    addExamples(project);
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("the API cannot be read");
  app.validate(project);
  if (app.logger.hasErrors()) throw new Error("the API is not documented as it should be");
  await app.generateOutputs(project);
  rmSync(join(folder, "README.md"));
  for (const { page, title } of groups) {
    const path = join(folder, `${page}.md`);
    writeFileSync(path, pageOf(page, title, readFileSync(path, "utf8")));
  }
}

function pageOf(page, title, reference) {
  const examples = exampleFile(page)
    .replaceAll(/\/\/ #(?:end)?region \w+(?:\n|$)/g, "")
    .trimEnd();
  return [
    `# ${title}`,
    `${introductionOf(title).replace("](../CONTRIBUTING.md)", "](../contributing.md)")} Examples follow each other: imports and what they share are in [the whole file](#all-examples).`,
    linked(reference),
    "## All examples",
    `This is \`docs/api/${page}.ts\`. \`./runs.ts\` beside it has the runs that are fitted.`,
    `\`\`\`ts\n${examples}\n\`\`\`\n`,
  ].join("\n\n");
}

/** Pages that docstrings name are links. */
const linked = (text) => text.replaceAll(/(?<![`\w/])docs\/([\w-]+)\.md/g, "[docs/$1.md](../$1.md)");

/** Parameters that are taken apart in the source have no name there: they get that of their type. */
function nameParameters(project) {
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    if (parameter.name !== "__namedParameters") continue;
    const type = parameter.type?.name ?? "";
    const isOptions = parameter.parent.parameters.length > 1 || /Options$/.test(type);
    parameter.name = isOptions ? "options" : "given";
  }
}

function addExamples(project) {
  for (const { page } of groups) {
    const examples = examplesOf(page);
    const module = project.children.find(({ name }) => name === page);
    for (const child of module.children) {
      const code = examples.get(child.name);
      if (code === undefined) continue;
      const shown = child.signatures?.[0] ?? child;
      shown.comment ??= new Comment();
      shown.comment.removeTags("@example");
      shown.comment.blockTags.push(
        new CommentTag("@example", [{ kind: "code", text: `\`\`\`ts\n${code}\n\`\`\`` }]),
      );
    }
  }
}
