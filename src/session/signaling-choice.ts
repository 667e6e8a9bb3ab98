import { MAX_SIGNALING_SERVERS, readSignalingUrl } from '../core/wire/contact/join-link.ts';
import type { RecordStore } from '../ports/stores.ts';
import { loadMembership, saveMembership } from '../runtime/joining/membership-record.ts';
import { CommandRefused } from '../store/commands.ts';

/** Which signaling servers this node, and the links that are made here, name; kept over restarts. */
export interface SignalingChoice {
  /** Rejects with a CommandRefused, or a WireError, for what is no address of one, and when there are too many. */
  add(url: string): Promise<void>;
  remove(url: string): Promise<void>;
}

export function createSignalingChoice(deps: {
  readonly records: RecordStore;
  readonly use: (urls: readonly string[]) => void;
}): SignalingChoice {
  const change = async (next: (urls: readonly string[]) => readonly string[]) => {
    const membership = await loadMembership(deps.records);
    if (membership === undefined) throw new CommandRefused('This browser is in no fleet yet.');
    const signaling = next(membership.signaling);
    await saveMembership(deps.records, { ...membership, signaling });
    deps.use(signaling);
  };
  return {
    add: async (typed) => {
      const url = readSignalingUrl(typed.trim());
      if (!URL.canParse(url))
        throw new CommandRefused(`"${url}" is no address. Write it as wss://host/path.`);
      await change((urls) => {
        if (urls.includes(url)) return urls;
        if (urls.length >= MAX_SIGNALING_SERVERS)
          throw new CommandRefused(
            `${MAX_SIGNALING_SERVERS} signaling servers are named already. Remove one that is not needed first.`,
          );
        return [...urls, url];
      });
    },
    remove: (url) => change((urls) => urls.filter((each) => each !== url)),
  };
}
