import type { WorkerClient, WorkerScope } from './worker-scope.ts';

/** Tells the pages and workers of the release that runs from those that an earlier run left behind. */
export interface LeftBehind {
  /** A run begins: whoever is there now is of an earlier one. */
  note(): Promise<void>;
  has(clientId: string): boolean;
  /** One of them may still act. */
  linger(): boolean;
}

/** A guess: Chromium gives a page that is taken down half a second for its last handlers, on a busy machine more. */
const LINGER_MS = 3_000;

/**
 * A release that is taken down goes on for a moment, and what it asked for in its last moments comes after. Attack: with
 * requests and messages by the ten thousand it keeps the worker and the shell from the release that follows, or has it
 * blamed. `isOurs` says which client is no release's.
 */
export function createLeftBehind(deps: {
  readonly clients: Pick<WorkerScope['clients'], 'matchAll'>;
  readonly isOurs: (client: WorkerClient) => boolean;
  readonly monotonicMs: () => number;
}): LeftBehind {
  let ids: ReadonlySet<string> = new Set();
  let notedMs = 0;
  return {
    async note() {
      const all = await deps.clients.matchAll({ includeUncontrolled: true, type: 'all' });
      ids = new Set(all.filter((client) => !deps.isOurs(client)).map(({ id }) => id));
      notedMs = deps.monotonicMs();
    },
    has: (clientId) => ids.has(clientId),
    linger: () => ids.size > 0 && deps.monotonicMs() - notedMs < LINGER_MS,
  };
}
