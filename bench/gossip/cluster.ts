import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Agents of one kind, a process each on loopback, which have found each other. */
export interface Cluster {
  /**
   * Lets one agent say something new. Resolves with the time from the command to the last agent's word that it has it, in ms; both ways
   * through a socket or pipe between the agent and this process. Undefined when one stays silent for `SILENCE_MS`.
   */
  spread(): Promise<number | undefined>;
  /** Before its processes are ended. */
  close(): void;
}

export interface ClusterKind {
  readonly name: string;
  /** Undefined where it can run here; else what is missing and how to get it. */
  missing(): string | undefined;
  /** Its processes are those of `brood`, which the caller ends, also when it rejects. */
  start(options: {
    readonly agents: number;
    readonly brood: Brood;
    readonly seed: number;
    readonly progress: (line: string) => void;
  }): Promise<Cluster>;
}

/** A guess: far more than any of them takes; what takes longer is lost. */
export const SILENCE_MS = 10_000;

/** Counts who has said that it has the item which is on its way. */
export function createTally(agents: number): {
  /** `say` makes the agent of that number say the item; resolves as `Cluster.spread`. */
  spread(say: (item: string, agent: number) => void): Promise<number | undefined>;
  heard(agent: number, item: string): void;
} {
  let count = 0;
  let awaited = '';
  let missing = new Set<number>();
  let settle: () => void = () => undefined;
  return {
    spread: (say) =>
      new Promise((resolve) => {
        awaited = `event-${count++}`;
        missing = new Set(Array.from({ length: agents }, (_, agent) => agent));
        const startedMs = performance.now();
        const timer = setTimeout(() => resolve(undefined), SILENCE_MS);
        settle = () => {
          clearTimeout(timer);
          resolve(performance.now() - startedMs);
        };
        say(awaited, count % agents);
      }),
    heard: (agent, item) => {
      if (item !== awaited || !missing.delete(agent) || missing.size > 0) return;
      settle();
    },
  };
}

export async function untilTrue(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs: number,
): Promise<void> {
  await within(timeoutMs, what, async (over) => {
    while (!over() && !(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

/** Rejects when `work` has not ended in time, whatever it waits for; `over` tells it to stop. */
export async function within<Result>(
  timeoutMs: number,
  what: string,
  work: (over: () => boolean) => Promise<Result>,
): Promise<Result> {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isOver = true;
      reject(new Error(`${what}: not within ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(() => isOver), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Processes of one cluster, which never outlive this one. */
export interface Brood {
  add<Child extends ChildProcess>(child: Child): Child;
  /** CPU time that they took so far, user and system, all threads; undefined where the system does not tell. */
  cpuMs(): number | undefined;
  /** Idempotent; resolves when all have ended. */
  end(): Promise<void>;
}

export function createBrood(): Brood {
  const exits = new Map<ChildProcess, Promise<unknown>>();
  let ended = false;
  const killAll = () => {
    for (const child of exits.keys()) child.kill('SIGKILL');
  };
  process.once('exit', killAll);
  return {
    add(child) {
      const exit = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
      exits.set(child, exit);
      // A start that was given up may still be on its way.
      if (ended) child.kill('SIGKILL');
      return child;
    },
    cpuMs: () => {
      try {
        return Array.from(exits.keys(), cpuMsOf).reduce((sum, ms) => sum + ms, 0);
      } catch {
        return undefined;
      }
    },
    async end() {
      ended = true;
      killAll();
      await Promise.all(exits.values());
      process.off('exit', killAll);
    },
  };
}

/** Fields 14 and 15 of Linux's /proc/PID/stat; a tick is 10 ms. */
function cpuMsOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
