import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../solve/paths.ts";
import { sweepJsonSchema } from "./json-schema.ts";
import { SCHEMA } from "./schema-line.ts";

// Part of `npm run build`: writes the file by which editors check sweep files, and which `cli/key-options.ts` reads.
writeFileSync(join(packageFolder, SCHEMA), `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);
