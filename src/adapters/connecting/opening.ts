import type { Clock } from '../../ports/clock.ts';
import { type Connection, ConnectionFailed, type ConnectionFailure } from '../../ports/connections.ts';

/** The one outcome of an attempt: the first word counts, and what comes after it is dropped. */
export interface Opening {
  readonly opened: Promise<Connection>;
  settled(): boolean;
  /** False when the attempt has its outcome already. */
  succeed(connection: Connection): boolean;
  fail(failure: ConnectionFailure, message: string): void;
}

/** `release` frees what the attempt holds; it is called once, when the attempt fails, with the message. */
export function createOpening(release: (message: string) => void): Opening {
  let settled = false;
  let resolve: (connection: Connection) => void = () => undefined;
  let reject: (error: ConnectionFailed) => void = () => undefined;
  const opened = new Promise<Connection>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  // A caller that gave up does not listen any more, and that is no unhandled error.
  opened.catch(() => undefined);
  return {
    opened,
    settled: () => settled,
    succeed(connection) {
      if (settled) return false;
      settled = true;
      resolve(connection);
      return true;
    },
    fail(failure, message) {
      if (settled) return;
      settled = true;
      release(message);
      reject(new ConnectionFailed(failure, message));
    },
  };
}

/** Ends the attempt as timed out unless it has its outcome within `withinMs`. */
export function limitOpening(opening: Opening, clock: Clock, withinMs: number, message: string): void {
  const cancel = clock.schedule(withinMs, () => opening.fail('timed-out', message));
  opening.opened.then(cancel, cancel);
}
