import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LOCK, lockDirectory, lockHolder } from "../../src/store/lock.ts";
import { isGone, thisProcess } from "../../src/store/machine.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

function directory(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

/** A lock as another process left it. */
function leave(path: string, holder: object): void {
  writeFileSync(
    join(path, LOCK),
    JSON.stringify({ ...thisProcess(), token: "0123", since: "then", ...holder }),
  );
}

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync("true").pid;
}

test("one at a time; who comes second is told who has it", async () => {
  const path = directory("two");
  const release = await lockDirectory(path);
  expect(await messageOf(lockDirectory(path))).toMatch(
    new RegExp(`^UserError: ${path}: in use by process ${process.pid} on \\S+, since \\d{4}-`),
  );
  expect(readdirSync(path)).toEqual([LOCK]);
  await release();
  expect(readdirSync(path)).toEqual([]);
  await (await lockDirectory(path))();
});

test("of many who come at once one gets it", async () => {
  const path = directory("many");
  leave(path, { pid: endedProcess() });
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(path)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(readdirSync(path)).toEqual([LOCK]);
});

test("the lock of a process that is gone is taken over at once, also when its number is used again", async () => {
  for (const [name, holder] of [
    ["gone", { pid: endedProcess() }],
    ["again", { pid: process.pid, began: "1" }],
  ] as const) {
    const path = directory(name);
    leave(path, holder);
    await lockDirectory(path);
    expect((await lockHolder(path))?.token).not.toBe("0123");
  }
});

test("of a process on another machine: waited for, taken over when it shows no sign of life", async () => {
  const path = directory("elsewhere");
  leave(path, { host: "node7", machine: "another", pid: 5 });
  const lines: string[] = [];
  await lockDirectory(path, { beat: 20, patience: 100, onWaiting: (line) => lines.push(line) });
  expect(lines).toEqual(["waiting to see whether process 5 on node7, which has the lock, is alive"]);
  expect((await lockHolder(path))?.pid).toBe(process.pid);
});

test("of a process on another machine: the wait ends when it is asked to", async () => {
  const path = directory("asked");
  leave(path, { host: "node7", machine: "another", pid: 5 });
  const controller = new AbortController();
  // Without the signal it would wait for an hour.
  const options = { signal: controller.signal, onWaiting: () => controller.abort(), patience: 3_600_000 };
  expect(await messageOf(lockDirectory(path, options))).toContain("AbortError");
  expect((await lockHolder(path))?.token).toBe("0123");
});

test("of a process on another machine that is alive: refused", async () => {
  const path = directory("alive");
  leave(path, { host: "node7", machine: "another", pid: 5 });
  let time = 1;
  const heart = setInterval(() => utimesSync(join(path, LOCK), ++time, time), 30);
  const message = await messageOf(lockDirectory(path, { beat: 40, patience: 60_000 })).finally(() => {
    clearInterval(heart);
  });
  expect(message).toContain("in use by process 5 on node7, since then");
});

test("half a lock file is taken over like one of a machine that is not known", async () => {
  const path = directory("half");
  writeFileSync(join(path, LOCK), '{"pid": 1');
  await lockDirectory(path, { beat: 20, patience: 60 });
  expect((await lockHolder(path))?.pid).toBe(process.pid);
});

test("dates to come block nobody: neither of a lock on another machine nor of what removes stale ones", async () => {
  const future = Date.now() / 1000 + 1e6;
  const path = directory("future");
  leave(path, { host: "node7", machine: "another", pid: 5 });
  writeFileSync(join(path, `${LOCK}.removed`), "");
  for (const name of [LOCK, `${LOCK}.removed`]) utimesSync(join(path, name), future, future);
  await lockDirectory(path, { beat: 20, patience: 100 });
  expect((await lockHolder(path))?.pid).toBe(process.pid);
  expect(readdirSync(path)).toEqual([LOCK]);
});

test("a lock that is a link, a folder or long is refused at once, and what it leads to is not touched", async () => {
  const path = directory("odd");
  const lock = join(path, LOCK);
  const victim = join(folder, "victim");
  writeFileSync(victim, "mine");
  for (const [make, said] of [
    [() => symlinkSync(victim, lock), "is a link; allowed: a file"],
    [() => symlinkSync("/dev/zero", lock), "is a link; allowed: a file"],
    [() => mkdirSync(lock), "is a folder; allowed: a file"],
    [() => writeFileSync(lock, Buffer.alloc(100_000)), "has 100000 bytes; allowed: at most 65536"],
  ] as const) {
    make();
    expect(await lockHolder(path)).toBeUndefined();
    expect(await messageOf(lockDirectory(path))).toContain(`UserError: ${lock}: ${said}`);
    rmSync(lock, { recursive: true });
  }
  expect(readFileSync(victim, "utf8")).toBe("mine");
});

test("a holder's number is none of a path", async () => {
  const path = directory("path");
  leave(path, { pid: "../../etc" });
  expect(await lockHolder(path)).toBeUndefined();
});

test("this process is not gone, a process elsewhere cannot be known", () => {
  expect(isGone(thisProcess())).toBe(false);
  expect(isGone({ ...thisProcess(), machine: "another" })).toBeUndefined();
});
