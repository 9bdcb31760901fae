import { fstatSync, readSync, statSync } from "node:fs";

/**
 * Whether nohup started this process. That it ignores SIGHUP is not passed on: Node sets all signals to their defaults when it
 * starts. But nohup puts /dev/null, for writing alone, in the place of a terminal as standard input.
 */
export function hasNohup(): boolean {
  try {
    if (fstatSync(0).rdev !== statSync("/dev/null").rdev) return false;
    readSync(0, Buffer.alloc(1));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EBADF";
  }
}
