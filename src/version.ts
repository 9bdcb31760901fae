import { readFileSync } from "node:fs";

/** Version of this package; this file lies one level below the package's folder, in src/ and in dist/ alike. */
export const version: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;
