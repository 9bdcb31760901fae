import type { JobStatus } from "../run/job-status.ts";
import { shardName } from "../run/shard.ts";
import { progressLine } from "./job-progress.ts";
import { duration, whole } from "./progress.ts";

/** The state of a job as text for people, in a line or two. */
export function formatStatus(status: JobStatus): string {
  const { directory, part: shard, progress, updated } = status;
  const name = shard === null ? directory : `${directory} (shard ${shardName(shard)})`;
  const said =
    progress === undefined || status.standing === "finished"
      ? ""
      : `  ${progressLine(progress, status.standing === "running" ? "whole" : "still")}` +
        `; ${whole(progress.fits)} fits in ${duration(progress.seconds)}${foundBefore(progress.fitsFound)}, as of ${updated}\n`;
  return `${name}: ${standingLine(status)}\n${said}`;
}

function foundBefore(fits: number): string {
  return fits === 0 ? "" : `, ${whole(fits)} more finished before`;
}

function standingLine({ standing, process, heard, message, finished }: JobStatus): string {
  switch (standing) {
    case "running":
      return `running, process ${process!.pid} on ${process!.host}, last sign of life ${duration(heard ?? 0)} ago`;
    case "finished":
      return `finished ${finished}`;
    case "failed":
      return `failed: ${message}; finished work is kept, repeat the command to continue`;
    case "stopped":
      return `stopped before it was finished; repeat the command that started it to continue`;
  }
}
