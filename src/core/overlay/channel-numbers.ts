import { MAX_CHANNEL } from '../wire/link/message.ts';

/**
 * Numbers of the bulk channels that one end of a link offers. A number is used again when its offer was answered and both ends are done
 * with its channel, the one first that has been free for longest: an answer that is late, or bytes of the former use, would else be taken
 * for the next one's.
 */
export interface ChannelNumbers {
  /** `made`: this end has the channel already, since the offer before was declined. Undefined when all are in use. */
  take(): { readonly channel: number; readonly made: boolean } | undefined;
  /** The other end made its end of the channel. */
  accepted(channel: number): void;
  /** The other end did not make its end: nothing ever passed, and a channel with one end cannot be closed. It serves the next offer. */
  declined(channel: number): void;
  /** This end of it closed, from whichever side. */
  closed(channel: number): void;
  /** Both ends are done with it. */
  gone(channel: number): void;
}

interface Use {
  answered: boolean;
  closed: boolean;
  gone: boolean;
}

export function createChannelNumbers(): ChannelNumbers {
  const uses = new Map<number, Use>();
  /** Made at this end and declined by the other. */
  const spare = new Set<number>();
  /** Longest free first. */
  const free: number[] = [];
  let unused = 1;

  const begin = (channel: number, made: boolean) => {
    uses.set(channel, { answered: false, closed: false, gone: false });
    return { channel, made };
  };
  const settle = (channel: number, use: Use) => {
    if (!use.answered || !use.gone) return;
    uses.delete(channel);
    free.push(channel);
  };
  const answered = (channel: number) => {
    const use = uses.get(channel);
    if (use === undefined || use.answered) return undefined;
    use.answered = true;
    settle(channel, use);
    return use;
  };

  return {
    take: () => {
      const [declined] = spare;
      if (declined !== undefined) {
        spare.delete(declined);
        return begin(declined, true);
      }
      if (unused <= MAX_CHANNEL) return begin(unused++, false);
      const channel = free.shift();
      return channel === undefined ? undefined : begin(channel, false);
    },
    accepted: (channel) => void answered(channel),
    declined: (channel) => {
      const use = answered(channel);
      if (use === undefined || use.closed) return;
      uses.delete(channel);
      spare.add(channel);
    },
    closed: (channel) => {
      if (spare.delete(channel)) uses.set(channel, { answered: true, closed: true, gone: false });
      const use = uses.get(channel);
      if (use !== undefined) use.closed = true;
    },
    gone: (channel) => {
      const use = uses.get(channel);
      if (use === undefined) return;
      use.gone = true;
      settle(channel, use);
    },
  };
}
