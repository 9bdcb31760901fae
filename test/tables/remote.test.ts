import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importTable } from "../../src/tables/import.ts";
import { localCopies } from "../../src/tables/remote.ts";
import { withDuckDB } from "../../src/tables/sql/duckdb.ts";
import { lawfit } from "../cli/command-line.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

const hasHttpfs = await withDuckDB((connection) =>
  connection.run("LOAD httpfs").then(
    () => true,
    () => false,
  ),
);

const TO_INSTALL =
  /is read by DuckDB's extension httpfs, which is not there for DuckDB v\d.*: node -e '.*INSTALL httpfs.*'; allowed without it/;

test.skipIf(hasHttpfs)("without httpfs the message has the command that installs it", async () => {
  const address = "hf://datasets/user/name/data/*.parquet";
  expect(await messageOf(importTable("auto", address, join(folder, "out.csv")))).toMatch(TO_INSTALL);
  const { code, stderr } = await lawfit(
    "sweep",
    "ladder",
    "--table",
    "https://example.org/t.csv",
    "--dry-run",
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(TO_INSTALL);
});

test("addresses of other kinds, and those in sweep files, are refused", async () => {
  expect(await messageOf(localCopies(["ftp://host/t.csv"], folder))).toContain(
    "ftp://host/t.csv: an address of a kind that is not read; allowed: hf://datasets/",
  );
  const sweep = file("sweep.yaml", "preset: ladder\ntable: https://example.org/t.csv\n");
  const { code, stderr } = await lawfit("sweep", sweep, "--dry-run");
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("is a URL; allowed here: files on this machine"),
  });
});

test("paths on this machine stay as they are", async () => {
  expect(await localCopies(["a.csv", "b/*.csv"], folder)).toEqual(["a.csv", "b/*.csv"]);
});

test.skipIf(!hasHttpfs)("a file of a server is fetched whole", async () => {
  const text = "run,n,d,subject,loss\na,1,2,t,3\n";
  const server = createServer((request, response) => {
    response.setHeader("content-length", text.length);
    response.end(request.method === "HEAD" ? undefined : text);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const { port } = server.address() as AddressInfo;
    const [copy] = await localCopies([`http://127.0.0.1:${port}/t.csv`], folder);
    expect(readFileSync(copy!, "utf8")).toBe(text);
  } finally {
    server.close();
  }
});
