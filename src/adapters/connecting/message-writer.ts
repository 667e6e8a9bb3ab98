import { ConnectionFailed } from '../../ports/connections.ts';

/** What a bulk channel sends over. */
export interface MessageSink {
  /** For errors. */
  readonly id: number;
  readonly maxMessageBytes: number;
  isOpen(): boolean;
  /** Undefined when there is room for so much now; otherwise resolves when there is, or when the channel ended. */
  room(sizeBytes: number): Promise<void> | undefined;
  send(message: Uint8Array): void;
}

/**
 * Writes of one channel, one after another, each cut into messages that wait for room. A write resolves when its last message is
 * handed over, and rejects with ConnectionFailed when the channel ends before.
 */
export function createMessageWriter(sink: MessageSink): (bytes: Uint8Array) => Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  const expectOpen = () => {
    if (!sink.isOpen()) throw new ConnectionFailed('closed', `bulk channel ${sink.id} is closed`);
  };
  const writeAll = async (bytes: Uint8Array) => {
    expectOpen();
    for (let at = 0; at < bytes.length; at += sink.maxMessageBytes) {
      const message = bytes.subarray(at, at + sink.maxMessageBytes);
      const room = sink.room(message.length);
      if (room !== undefined) await room;
      expectOpen();
      try {
        sink.send(message);
      } catch {
        // The other end has closed it, and this end was not told yet.
        throw new ConnectionFailed('closed', `bulk channel ${sink.id} is closing`);
      }
    }
  };
  return (bytes) => {
    const written = writing.then(() => writeAll(bytes));
    writing = written.catch(() => undefined);
    return written;
  };
}

/** Callers that wait for a condition which only events from outside can fulfil. */
export interface Waiters {
  /** Undefined when `condition` holds; otherwise resolves when it does as somebody wakes. */
  until(condition: () => boolean): Promise<void> | undefined;
  /** Looks at all conditions again. */
  wake(): void;
}

export function createWaiters(): Waiters {
  const waiting = new Set<() => void>();
  return {
    until(condition) {
      if (condition()) return undefined;
      return new Promise((resolve) => {
        const look = () => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
    },
    wake() {
      for (const look of [...waiting]) look();
    },
  };
}
