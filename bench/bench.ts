import type { Aim, Row } from '../report/report.ts';

export interface BenchOptions {
  readonly seed: number;
  /** At least 3. */
  readonly rounds: number;
  /** One line that replaces the one before. */
  readonly progress: (line: string) => void;
}

export interface Bench {
  readonly description: string;
  run(options: BenchOptions): Promise<{ readonly rows: readonly Row[]; readonly aims: readonly Aim[] }>;
}

/** CPU time of this process, user and system, that `work` took, in ms; other processes on a busy machine do not count. */
export async function cpuMsOf<Result>(work: () => Result | Promise<Result>): Promise<[Result, number]> {
  const beforeMs = nodeCpuMs();
  const result = await work();
  return [result, nodeCpuMs() - beforeMs];
}

/** CPU time of this process so far, user and system, all threads. */
export function nodeCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
