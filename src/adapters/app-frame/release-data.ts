import {
  type DataMessage,
  type DataTask,
  MAX_DATA_ITEMS_UNDERWAY,
  parseDataMessage,
} from '../../app-origin/protocol.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DataCopyStore } from '../../ports/data-copies.ts';
import { AppOriginSilent, type ReleaseData } from '../../ports/release-data.ts';
import type { Bridge } from './bridge.ts';

/** A guess: one piece is a few megabytes, and a slow disk writes some a second. Longer leaves the screen empty, shorter gives up on it. */
const SILENCE_MS = 30_000;
/** How often the room that a copy takes is looked at, in pieces. */
const LOOK_EVERY_PIECES = 64;
/** What a copy may take beside what the browser said: another database counts otherwise. A guess. */
const OVERHEAD = { factor: 1.5, bytes: 64 * 1024 * 1024 };

type Say = (message: DataMessage) => void;

/** Has the bridge read and write what the app origin keeps, and keeps the copies where no release reaches them. */
export function createReleaseData(deps: {
  readonly bridge: Bridge;
  readonly copies: DataCopyStore;
  readonly clock: Pick<Clock, 'schedule'>;
  /** What the shell's own origin keeps, in bytes. */
  readonly usageBytes: () => Promise<number>;
}): ReleaseData {
  const { copies, usageBytes } = deps;
  return {
    copy: async (product, maxBytes) => {
      await copies.begin(product);
      const most = (await usageBytes()) + maxBytes * OVERHEAD.factor + OVERHEAD.bytes;
      let pieces = 0;
      await exchange(deps, { task: 'copy', maxBytes }, async (message, say) => {
        if (message.type !== 'data-item') return;
        pieces += 1;
        // Attack: a release got hold of the bridge, and sends more than it said, to fill the disk.
        if (pieces % LOOK_EVERY_PIECES === 0 && (await usageBytes()) > most)
          throw new Error('it is larger than the browser said');
        await copies.append(product, message.item);
        say({ type: 'data-taken' });
      });
      await copies.finish(product);
    },

    restore: async (product) => {
      const count = await copies.count(product);
      if (count === undefined) throw new Error(`there is no copy of the data of ${product}`);
      await exchange(
        deps,
        { task: 'restore', maxBytes: 0 },
        sendPieces(count, (at) => copies.read(product, at)),
      );
    },

    clear: () => exchange(deps, { task: 'clear', maxBytes: 0 }, async () => {}),

    retainCopies: (products) => copies.retain(products),
  };
}

/** Answers each `data-taken` with so many pieces that a few are on their way. */
function sendPieces(count: number, read: (at: number) => Promise<unknown>) {
  let sent = 0;
  let underway = 0;
  let ended = false;
  return async (message: DataMessage, say: Say): Promise<void> => {
    if (message.type !== 'data-taken') return;
    // The first says that the origin is empty.
    underway = Math.max(0, underway - 1);
    for (; underway < MAX_DATA_ITEMS_UNDERWAY && sent < count; underway += 1, sent += 1)
      say({ type: 'data-item', item: await read(sent) });
    if (sent < count || ended) return;
    ended = true;
    say({ type: 'data-end' });
  };
}

/** One task of the bridge, from the offer to its end. What the bridge says is taken in order, one at a time. */
async function exchange(
  { bridge, clock }: { readonly bridge: Bridge; readonly clock: Pick<Clock, 'schedule'> },
  task: Omit<DataTask, 'type'>,
  take: (message: DataMessage, say: Say) => Promise<void>,
): Promise<void> {
  const { port1: port, port2 } = new MessageChannel();
  let cancelSilence = () => {};
  let heard = false;
  try {
    await new Promise<void>((resolve, reject) => {
      const awaitWord = () => {
        cancelSilence();
        cancelSilence = clock.schedule(SILENCE_MS, () => {
          bridge.renew();
          const words = `for ${SILENCE_MS / 1000} s`;
          reject(
            heard
              ? new Error(`it did not get on ${words}`)
              : new AppOriginSilent(`the app origin said nothing ${words}`),
          );
        });
      };
      let taken = Promise.resolve();
      port.onmessage = ({ data }) => {
        const message = parseDataMessage(data);
        if (message === undefined) return;
        heard = true;
        taken = taken.then(async () => {
          awaitWord();
          if (message.type === 'data-failed') throw new Error(message.reason);
          if (message.type === 'data-end') resolve();
          else await take(message, (answer) => port.postMessage(answer));
        });
        taken.catch(reject);
      };
      port.onmessageerror = () =>
        reject(new Error('it keeps something that cannot leave its origin, as the handle of a file'));
      awaitWord();
      bridge.give({ type: 'data-task', ...task }, port2);
    });
  } finally {
    cancelSilence();
    port.close();
  }
}
