import { compareBytes } from '../../core/wire/encoding/cbor.ts';
import { MOVED_FRAME } from '../../core/wire/link/handshake.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connection } from '../../ports/connections.ts';

/** A guess: what was sent before a move still travels over a relay for this long at most; longer keeps a half-moved link. */
const MOVE_TIMEOUT_MS = 10_000;

/** One link, whose frames come out in the order in which they were sent, also while it moves to another connection (H13). */
export interface MovableLink {
  /** What came over the connection is told from now on, and its end. */
  begin(): void;
  /** The one that new frames and channels go over. */
  connection(): Connection;
  /** Of the handshake that made it; undefined where nobody noted it: then it cannot move. */
  name(): Uint8Array | undefined;
  /** What is sent from now on goes over `next`, of which the other end has proven the same. Channels of the older one end with it. */
  moveTo(next: Connection, name: Uint8Array): void;
  /** Idempotent; not followed by `onEnd`. */
  close(reason: string): void;
}

/** `onEnd` is called at most once, when a connection that the link needs has closed. */
export function createMovableLink(deps: {
  readonly connection: Connection;
  readonly name: Uint8Array | undefined;
  readonly clock: Clock;
  readonly onFrame: (frame: Uint8Array) => void;
  readonly onEnd: (reason: string) => void;
}): MovableLink {
  let current = deps.connection;
  let name = deps.name;
  /** Sends nothing any more; the other end's last frames still come over it. */
  let older: Connection | undefined;
  /** The other end has moved, and this one has not yet. */
  let awaited = false;
  let ended = false;
  let cancelTimeout = () => {};

  const close = (reason: string) => {
    if (ended) return;
    ended = true;
    cancelTimeout();
    older?.close(reason);
    current.close(reason);
  };
  const end = (reason: string) => {
    if (ended) return;
    close(reason);
    deps.onEnd(reason);
  };
  const limitMove = () => {
    cancelTimeout = deps.clock.schedule(MOVE_TIMEOUT_MS, () =>
      end('the other end did not finish moving the link to a better connection'),
    );
  };
  const leave = (connection: Connection) => {
    cancelTimeout();
    older = undefined;
    awaited = false;
    connection.close('the link moved to a better connection');
    listen();
  };
  const onMoved = (connection: Connection) => {
    if (connection === older) return leave(connection);
    if (connection !== current || awaited) return;
    awaited = true;
    limitMove();
  };
  const listen = () => {
    const connection = current;
    connection.onFrame((frame) => {
      if (ended) return;
      if (compareBytes(frame, MOVED_FRAME) === 0) onMoved(connection);
      else deps.onFrame(frame);
    });
  };
  const watch = (connection: Connection) =>
    connection.onClose((reason) => {
      if (connection === current) end(reason);
      else if (connection === older) end(`its older connection was lost while it moved: ${reason}`);
    });

  return {
    begin() {
      if (ended) return;
      listen();
      watch(current);
    },
    connection: () => current,
    name: () => name,
    moveTo(next, nextName) {
      if (ended || older !== undefined) return next.close('the link has ended, or moves already');
      const left = current;
      left.send(MOVED_FRAME);
      current = next;
      name = nextName;
      // What the other end sends over `next` waits there until its last frame over the older one has come.
      if (awaited) leave(left);
      else {
        older = left;
        limitMove();
      }
      watch(next);
    },
    close,
  };
}
