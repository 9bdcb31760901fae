import { readFileSync, readlinkSync } from "node:fs";
import { hostname, totalmem } from "node:os";
import { z } from "zod";

/** Where a process runs, as files have it: numbers of processes mean the same within one machine only. */
export const processIdentity = z.object({
  host: z.string(),
  /** Host, its start, and the container's own numbering of processes. */
  machine: z.string(),
  pid: z.int().positive(),
  /** When it began, in the system's clock ticks: a number of a process may be used again. Null where it cannot be known. */
  began: z.string().nullable(),
});

export type ProcessIdentity = z.output<typeof processIdentity>;

/** Who this process is. */
export function thisProcess(): ProcessIdentity {
  const host = hostname();
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const numbering = attempt(() => readlinkSync("/proc/self/ns/pid"));
  return { host, machine: [host, boot, numbering].join(" "), pid: process.pid, began: beginOf(process.pid) };
}

/** Whether a process is gone: undefined where that cannot be known from here, because it ran elsewhere. */
export function isGone({ machine, pid, began }: ProcessIdentity): boolean | undefined {
  if (machine !== thisProcess().machine) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  return began !== null && beginOf(pid) !== began;
}

/** Field 22 of /proc/PID/stat; the name of the program, field 2, may have blanks and ends with the last bracket. */
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

/** Bytes of memory that this process may have: the machine's, or fewer in a container. */
export function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
