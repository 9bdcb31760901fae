import { readFileSync, readlinkSync } from "node:fs";
import { hostname, totalmem } from "node:os";
import { z } from "zod";

/** A process, as files name it. Process numbers are only comparable within one machine. */
export const processIdentity = z.object({
  host: z.string(),
  /** Host name, boot, and the container's process namespace. */
  machine: z.string(),
  pid: z.int().positive(),
  /** Start time in the system's clock ticks, because process numbers are reused; null where it cannot be read. */
  began: z.string().nullable(),
});

export type ProcessIdentity = z.output<typeof processIdentity>;

/** The identity of this process. */
export function thisProcess(): ProcessIdentity {
  const host = hostname();
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = attempt(() => readlinkSync("/proc/self/ns/pid"));
  return { host, machine: [host, boot, namespace].join(" "), pid: process.pid, began: beginOf(process.pid) };
}

/** Whether a process has ended; undefined where that cannot be known, because it ran on another machine. */
export function isGone({ machine, pid, began }: ProcessIdentity): boolean | undefined {
  if (machine !== thisProcess().machine) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  return began !== null && beginOf(pid) !== began;
}

/** Field 22 of /proc/PID/stat. The name of the program, field 2, may contain blanks; it ends at the last bracket. */
function beginOf(pid: number): string | null {
  return attempt(() => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  });
}

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Memory that this process may use, bytes: that of the machine, or the limit of its container. */
export function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
