import type { InfoHash, NodeId } from '../../wire/encoding/ids.ts';
import { decodeMessage, encodeMessage } from '../../wire/link/message.ts';
import { createWires, type Holding, type WireEffect, type WireMessage, type Wires } from '../wires.ts';

/** Two ends of a link and its bulk channels, of which each message, close and answer comes when chance has it. */
export interface WirePair {
  readonly ends: readonly [PairEnd, PairEnd];
  /** Lets one thing that is under way happen; false when there is none. */
  step(): boolean;
  /** Steps until nothing is under way, time passing for pauses; throws after `atMost` steps. */
  settle(atMost: number): void;
  passTime(ms: number): void;
  hold(end: PairEnd, held: readonly Holding[]): void;
  /** An end of a running wire closes its channel after so many bytes; false when none runs. */
  closeOne(carriedBytes: number): boolean;
  /** Wires that both ends attached by now. */
  readonly joined: readonly { readonly channel: number; readonly infoHash: InfoHash }[];
  readonly figures: { offers: number; holdings: number; hangUps: number };
}

export interface PairEnd {
  readonly id: NodeId;
  readonly wires: Wires;
  held: readonly Holding[];
}

/** One end's instance of a channel; `attached`: what runs over it. */
interface Instance {
  attached: InfoHash | undefined;
  closed: boolean;
}

export function createWirePair(
  random: () => number,
  ranks: () => ReadonlyMap<InfoHash, number> = () => new Map(),
): WirePair {
  const end = (id: string): PairEnd => ({
    id: id as NodeId,
    wires: createWires(id as NodeId, ranks),
    held: [],
  });
  const ends = [end('a'), end('b')] as const;
  const other = (one: PairEnd) => (one === ends[0] ? ends[1] : ends[0]);
  const channels = new Map(ends.map((each) => [each, new Map<number, Instance>()]));
  /** In order in each direction. */
  const messages = new Map(ends.map((each) => [each, [] as Uint8Array[]]));
  /** What comes in any order. */
  const events: (() => void)[] = [];
  const figures = { offers: 0, holdings: 0, hangUps: 0 };
  let nowMs = 0;
  let wakeAtMs = new Map<PairEnd, number>();

  const instance = (at: PairEnd, channel: number) => channels.get(at)!.get(channel);

  /** As data channels do it (RFC 8831, 6.7): the other end closes too, and then both ids are free, each when its end learns of it. */
  const close = (at: PairEnd, channel: number, carriedBytes: number) => {
    const own = instance(at, channel);
    if (own === undefined || own.closed) return;
    own.closed = true;
    const there = instance(other(at), channel);
    if (there !== undefined && !there.closed) events.push(() => close(other(at), channel, carriedBytes));
    else if (there?.closed)
      for (const each of ends)
        events.push(() => {
          channels.get(each)!.delete(channel);
          each.wires.onChannelGone(other(each).id, channel);
        });
    perform(at, at.wires.onWireClosed(other(at).id, channel, carriedBytes, nowMs, random));
  };

  const perform = (at: PairEnd, effects: readonly WireEffect[]) => {
    for (const effect of effects)
      switch (effect.type) {
        case 'send-message':
          if (effect.message.type === 'wire-offer') figures.offers++;
          if (effect.message.type === 'holdings') figures.holdings++;
          messages.get(at)!.push(encodeMessage(effect.message));
          break;
        case 'open-channel':
          if (instance(at, effect.channel) !== undefined)
            throw new Error(`${at.id} opens channel ${effect.channel}, which is in use there`);
          channels.get(at)!.set(effect.channel, { attached: undefined, closed: false });
          break;
        case 'attach-wire': {
          const own = instance(at, effect.channel);
          const there = instance(other(at), effect.channel);
          if (own === undefined || own.closed) break;
          own.attached = effect.infoHash;
          if (there?.attached !== undefined && there.attached !== effect.infoHash)
            throw new Error(`channel ${effect.channel} joins wires of two bundles`);
          break;
        }
        case 'close-channel':
          close(at, effect.channel, 0);
          break;
        case 'hang-up':
          figures.hangUps++;
          break;
        case 'schedule-timer':
          wakeAtMs.set(at, nowMs + effect.delayMs);
      }
  };

  const joined = () =>
    [...channels.get(ends[0])!].flatMap(([channel, { attached, closed }]) => {
      const there = instance(ends[1], channel);
      const runs = attached !== undefined && !closed && there?.attached === attached && !there.closed;
      return runs ? [{ channel, infoHash: attached }] : [];
    });

  const passTime = (ms: number) => {
    nowMs += ms;
    const due = [...wakeAtMs].filter(([, atMs]) => atMs <= nowMs);
    wakeAtMs = new Map([...wakeAtMs].filter(([, atMs]) => atMs > nowMs));
    for (const [at] of due) perform(at, at.wires.handleTimer(nowMs));
  };

  const step = () => {
    const senders = ends.filter((each) => messages.get(each)!.length > 0);
    const choice = Math.floor(random() * (senders.length + events.length));
    if (senders.length + events.length === 0) return false;
    const from = senders[choice];
    if (from === undefined) {
      events.splice(choice - senders.length, 1)[0]!();
      return true;
    }
    const message = decodeMessage(messages.get(from)!.shift()!) as WireMessage;
    perform(other(from), other(from).wires.onMessage(from.id, message, nowMs, random));
    return true;
  };

  for (const each of ends) perform(each, each.wires.onLinkUp(other(each).id));
  return {
    ends,
    step,
    settle: (atMost) => {
      for (let steps = 0; step() || wakeAtMs.size > 0; steps++) {
        if (steps > atMost) throw new Error(`something is under way after ${atMost} steps`);
        if (events.length === 0 && ends.every((each) => messages.get(each)!.length === 0)) passTime(60_000);
      }
    },
    passTime,
    hold: (at, held) => {
      at.held = held;
      perform(at, at.wires.setHoldings(held, nowMs));
    },
    closeOne: (carriedBytes) => {
      const wires = joined();
      const wire = wires[Math.floor(random() * wires.length)];
      if (wire === undefined) return false;
      close(ends[random() < 0.5 ? 0 : 1], wire.channel, carriedBytes);
      return true;
    },
    get joined() {
      return joined();
    },
    figures,
  };
}
