import { readFileSync } from "node:fs";

// This file lies one level below the package's folder, in src/ and in dist/ alike.

/** The version of this package. */
export const version: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;
