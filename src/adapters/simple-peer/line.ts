/** What may wait in the browser at once: more in one burst was measured to be lost, 16 KiB to be a third slower. */
const BURST_BYTES = 64 * 1024;

/**
 * All bulk channels of one connection take turns on its line, which holds one burst. Chromium drops datagrams of a burst beyond some
 * 64 KiB on their way to and from its network process, and SCTP, whose slow start doubles what is under way while there is
 * more to send, then waits for its retransmission timers. Measured with 1 MiB handed over ahead: a fresh connection stood
 * still for 1 to 2.5 s within its first two MiB, in 22 of 24 transfers; with a burst at a time in none, and 12 MiB took 0.35 to
 * 0.6 s. It trades some rate where the page's thread is slow to hand over the next.
 */
export interface Line {
  join(channel: RTCDataChannel): void;
  leave(channel: RTCDataChannel): void;
  /** Undefined when the channel may send so much now; otherwise resolves when it may, or has left. First come, first served. */
  turn(channel: RTCDataChannel, sizeBytes: number): Promise<void> | undefined;
}

interface Waiting {
  readonly channel: RTCDataChannel;
  readonly sizeBytes: number;
  readonly go: () => void;
}

export function createLine(): Line {
  const channels = new Set<RTCDataChannel>();
  const waiting: Waiting[] = [];
  const isFree = (sizeBytes: number) => {
    let waitingBytes = 0;
    for (const { bufferedAmount } of channels) waitingBytes += bufferedAmount;
    return waitingBytes === 0 || waitingBytes + sizeBytes <= BURST_BYTES;
  };
  const letGo = (index: number) => waiting.splice(index, 1)[0]!.go();
  /** One at a time: who is let go sends before the next event. */
  const look = () => {
    const next = waiting.findIndex(({ channel }) => channel.readyState === 'open');
    if (next >= 0 && isFree(waiting[next]!.sizeBytes)) letGo(next);
  };
  return {
    join(channel) {
      channels.add(channel);
      channel.bufferedAmountLowThreshold = 0;
      channel.onopen = look;
      channel.onbufferedamountlow = look;
    },
    leave(channel) {
      channels.delete(channel);
      for (let index = waiting.length - 1; index >= 0; index--)
        if (waiting[index]!.channel === channel) letGo(index);
      look();
    },
    turn(channel, sizeBytes) {
      if (!channels.has(channel)) return undefined;
      if (channel.readyState === 'open' && waiting.length === 0 && isFree(sizeBytes)) return undefined;
      return new Promise((go) => {
        waiting.push({ channel, sizeBytes, go });
      });
    },
  };
}
