/**
 * Seconds of processor time that this process, all its threads together, spends on work. Unlike the time on the clock it does not
 * depend on what else the machine does.
 */
export async function processorSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
