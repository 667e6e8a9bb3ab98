/** Agents of one kind, a process each on loopback, which have found each other. */
export interface Cluster {
  /**
   * Lets one agent say something new. Resolves with the time from the command to the last agent's word that it has it, in ms; both ways
   * through a socket or pipe between the agent and this process. Rejects when one stays silent for a minute.
   */
  spread(): Promise<number>;
  close(): Promise<void>;
}

export interface ClusterKind {
  readonly name: string;
  /** Undefined where it can run here; else what is missing and how to get it. */
  missing(): string | undefined;
  start(options: { readonly agents: number; readonly progress: (line: string) => void }): Promise<Cluster>;
}

/** A guess: far more than any of them takes, and short enough to end a run that is stuck. */
const SILENCE_MS = 60_000;

/** Counts who has said that it has the item which is on its way. */
export function createTally(agents: number): {
  begin(item: string): Promise<void>;
  heard(agent: number, item: string): void;
} {
  let awaited = '';
  let missing = new Set<number>();
  let settle: () => void = () => undefined;
  return {
    begin: (item) =>
      new Promise((resolve, reject) => {
        awaited = item;
        missing = new Set(Array.from({ length: agents }, (_, agent) => agent));
        const timer = setTimeout(
          () => reject(new Error(`agents ${[...missing].join(', ')} have not heard of ${item}`)),
          SILENCE_MS,
        );
        settle = () => {
          clearTimeout(timer);
          resolve();
        };
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
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
