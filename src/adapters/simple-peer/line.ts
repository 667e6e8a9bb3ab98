/**
 * All bulk channels of one connection take turns on its line: a message is handed over only when nothing of any of them waits in the
 * browser. Chromium drops datagrams of a burst beyond some 64 KiB on their way to and from its network process, and SCTP, whose
 * slow start doubles what is under way while there is more to send, then waits for its retransmission timers. Measured with
 * 1 MiB handed over ahead: a fresh connection stood still for 1 to 2.5 s within its first two MiB, in 22 of 24 transfers; with
 * one message of 64 KiB in none, and 12 MiB took 0.35 to 0.6 s. It trades some rate where the page's thread is slow to say more.
 */
export interface Line {
  join(channel: RTCDataChannel): void;
  leave(channel: RTCDataChannel): void;
  /** Undefined when the channel may send now; otherwise resolves when it may, or has left. First come, first served. */
  turn(channel: RTCDataChannel): Promise<void> | undefined;
}

export function createLine(): Line {
  const channels = new Set<RTCDataChannel>();
  const waiting: { readonly channel: RTCDataChannel; readonly go: () => void }[] = [];
  const isFree = () => {
    for (const { bufferedAmount } of channels) if (bufferedAmount > 0) return false;
    return true;
  };
  const letGo = (index: number) => waiting.splice(index, 1)[0]?.go();
  /** One at a time: who is let go sends before the next event. */
  const look = () => {
    if (!isFree()) return;
    const next = waiting.findIndex(({ channel }) => channel.readyState === 'open');
    if (next >= 0) letGo(next);
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
    turn(channel) {
      if (!channels.has(channel)) return undefined;
      if (channel.readyState === 'open' && waiting.length === 0 && isFree()) return undefined;
      return new Promise((go) => {
        waiting.push({ channel, go });
      });
    },
  };
}
