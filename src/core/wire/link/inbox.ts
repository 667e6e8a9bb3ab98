/**
 * What has arrived while nobody listened, in order. Both ends of a connection start at different moments and hand it
 * from the handshake to the link; without this, frames in between would be lost without a word.
 */
export interface Inbox {
  /** False when keeping it would hold more than `maxKeptBytes`: the other end sends without being asked to. */
  receive(bytes: Uint8Array): boolean;
  /** Replaces the listener; what was kept is delivered at once. A listener may call this from within. */
  listen(listener: ((bytes: Uint8Array) => void) | undefined): void;
}

export function createInbox(maxKeptBytes: number): Inbox {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let listener: ((bytes: Uint8Array) => void) | undefined;
  let delivering = false;

  const deliver = () => {
    if (delivering) return;
    delivering = true;
    try {
      while (listener !== undefined && kept.length > 0) {
        const first = kept.shift()!;
        keptBytes -= first.length;
        listener(first);
      }
    } finally {
      delivering = false;
    }
  };

  return {
    receive(bytes) {
      if (listener === undefined && keptBytes + bytes.length > maxKeptBytes) return false;
      kept.push(bytes);
      keptBytes += bytes.length;
      deliver();
      return true;
    },
    listen(next) {
      listener = next;
      deliver();
    },
  };
}
