import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { afterAll } from "vitest";

/**
 * Mounts a file system in memory, removed when the file's tests are done.
 *
 * @returns whether that is permitted here
 */
export function mounted(path: string, options: string): boolean {
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path], { stdio: "ignore" });
  } catch {
    return false;
  }
  afterAll(() => execFileSync("umount", [path]));
  return true;
}

/** Changes its size, or whether it can be written. */
export function remount(path: string, options: string): void {
  execFileSync("mount", ["-o", `remount,${options}`, path]);
}
