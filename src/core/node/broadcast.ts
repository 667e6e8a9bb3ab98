import { intervalOf } from '../fleet/site-summary.ts';
import { isCurrent, type StatementBook } from '../fleet/statement-book.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { kindAt } from '../ledger/path-kinds.ts';
import type { PushItem } from '../overlay/effect.ts';
import {
  createOverlay,
  type ItemSource,
  type Overlay,
  type OverlayConfig,
  type OverlayEffect,
  type OverlayInput,
} from '../overlay/overlay.ts';
import type { MonotonicMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';

import { type ItemId, itemOfEntry, itemOfStatement, markOf, referenceOf } from '../wire/link/item.ts';
import { MAX_TOPICS, type Topic } from '../wire/link/overlay.ts';
import { kindOf, type Statement } from '../wire/statement/statement.ts';
import type { StatementKind } from '../wire/statement/statement-kind.ts';
import type { NodeEffect } from './effect.ts';
import type { DuplicatePushed, WatchedSites } from './input.ts';

/** Spreads what this node holds over the overlay: the overlay knows ids, ledger and book the payloads. */
export interface Broadcast {
  readonly neighbours: Overlay['neighbours'];
  admits: Overlay['admits'];
  /** Which sites this node wants to hear all of beside its own. */
  watchSites(sites: WatchedSites, nowMs: MonotonicMs, random: () => number): readonly BroadcastEffect[];
  /** The ledger changed: this node may be of another site now. */
  onViewChanged(nowMs: MonotonicMs, random: () => number): readonly BroadcastEffect[];
  /** Whether the statement is for this node, for itself or to pass on. */
  isWanted(statement: Statement): boolean;
  isWantedBy(peer: NodeId, statement: Statement): boolean;
  handle(input: OverlayInput, nowMs: MonotonicMs, random: () => number): readonly BroadcastEffect[];
  onEntryAccepted(
    entry: Entry,
    source: ItemSource,
    nowMs: MonotonicMs,
    random: () => number,
  ): readonly BroadcastEffect[];
  onStatementAccepted(
    statement: Statement,
    source: ItemSource,
    nowMs: MonotonicMs,
    random: () => number,
  ): readonly BroadcastEffect[];
  /** A neighbour pushed what is here. */
  onDuplicate(
    duplicate: DuplicatePushed,
    nowMs: MonotonicMs,
    random: () => number,
  ): readonly BroadcastEffect[];
}

export type BroadcastEffect = NodeEffect | Extract<OverlayEffect, { type: 'peer-misbehaved' }>;

/** All that takes rights away, or freezes a path, must not wait behind what is still allowed. */
const URGENT: ReadonlySet<string> = new Set(['root', 'revoke', 'mode']);
/** What a device says of itself again and again; all else is for the whole fleet (G6). */
const OF_ITS_SITE: ReadonlySet<StatementKind> = new Set(['lease', 'receipt', 'faults']);

export function createBroadcast(
  deps: {
    readonly self: NodeId;
    readonly siteOf: (node: NodeId) => string | undefined;
    readonly isMember: (node: NodeId) => boolean;
    readonly ledger: Pick<Ledger, 'knows' | 'envelope'>;
    readonly book: StatementBook;
  },
  config?: OverlayConfig,
): Broadcast {
  const { self, siteOf, isMember, ledger, book } = deps;
  const holds = (item: ItemId) => {
    const reference = referenceOf(item);
    if (reference.type === 'entry') return ledger.knows(reference.id);
    // What strangers say is taken from nobody but themselves, so it is not missing.
    return !book.isHeardOf(reference.mark.author) || book.holds(reference.mark);
  };
  const topicOf = (author: NodeId, kind: StatementKind): Topic => {
    const site = OF_ITS_SITE.has(kind) ? siteOf(author) : undefined;
    return site === undefined ? 'fleet' : topicOfSite(site);
  };
  const topicOfStatement = (statement: Statement) => topicOf(statement.author, kindOf(statement));
  const overlay = createOverlay(
    {
      self,
      siteOf,
      isMember,
      holds,
      heldIn: (isAskedFor) =>
        book.current(handledAtMs).flatMap(({ statement }) => {
          const topic = topicOfStatement(statement);
          return isAskedFor(topic) ? [{ item: itemOfStatement(markOf(statement)), topic }] : [];
        }),
    },
    config,
  );
  let watched: WatchedSites = [];
  let wanted: readonly Topic[] | 'all' = [];
  /** Of the input that is being handled. */
  let handledAtMs: MonotonicMs = 0;

  const push = ({ to, item, hops, priority, entrance }: PushItem): NodeEffect[] => {
    const reference = referenceOf(item);
    const payload =
      reference.type === 'entry'
        ? ledger.envelope(reference.id)
        : book.newest(reference.mark.author, reference.mark.kind)?.bytes;
    return payload === undefined
      ? []
      : [
          {
            type: 'send-message',
            to,
            message: { type: 'push', kind: reference.type, hops, payload, entrance },
            priority,
          },
        ];
  };

  const perform = (effect: OverlayEffect): readonly BroadcastEffect[] => {
    switch (effect.type) {
      case 'push-item':
        return push(effect);
      default:
        return [effect];
    }
  };

  const handle: Broadcast['handle'] = (input, nowMs, random) => {
    handledAtMs = nowMs;
    return overlay.handle(input, nowMs, random).flatMap(perform);
  };

  const updateTopics: Broadcast['onViewChanged'] = (nowMs, random) => {
    const site = siteOf(self);
    const sites = new Set([...(site === undefined ? [] : [site]), ...(watched === 'all' ? [] : watched)]);
    const next = watched === 'all' || sites.size > MAX_TOPICS ? 'all' : Array.from(sites, topicOfSite);
    if (JSON.stringify(next) === JSON.stringify(wanted)) return [];
    wanted = next;
    return handle({ type: 'topics-wanted', topics: wanted }, nowMs, random);
  };

  /** The newest that the speaker of a site said there, if it is here and still holds. */
  const newestOf = (speaker: NodeId, nowMs: MonotonicMs): ItemId | undefined => {
    const lease = book.newest(speaker, 'lease');
    return lease !== undefined && isCurrent(lease, nowMs)
      ? itemOfStatement(markOf(lease.statement))
      : undefined;
  };

  return {
    neighbours: overlay.neighbours,
    admits: overlay.admits,
    handle,
    watchSites: (sites, nowMs, random) => {
      watched = sites;
      return updateTopics(nowMs, random);
    },
    onViewChanged: updateTopics,
    isWanted: (statement) => overlay.isWanted(topicOfStatement(statement)),
    isWantedBy: (peer, statement) => overlay.isWantedBy(peer, topicOfStatement(statement)),
    onEntryAccepted: ({ id, action, path }, source, nowMs, random) => {
      const isUrgent = URGENT.has(action) || kindAt(path).isUrgent({ action, path });
      return handle(
        {
          type: 'item-accepted',
          item: itemOfEntry(id),
          topic: 'fleet',
          priority: isUrgent ? 'urgent' : 'normal',
          source,
        },
        nowMs,
        random,
      );
    },
    onStatementAccepted: (statement, source, nowMs, random) => {
      const { author, content } = statement;
      const spread = handle(
        {
          type: 'item-accepted',
          item: itemOfStatement(markOf(statement)),
          topic: topicOfStatement(statement),
          priority: content.type === 'beacon' ? 'normal' : 'background',
          source,
        },
        nowMs,
        random,
      );
      if (content.type !== 'summary') return spread;
      const site = siteOf(author);
      if (site === undefined) return spread;
      const newest = newestOf(author, nowMs);
      return [
        ...spread,
        ...handle(
          {
            type: 'speaker-heard',
            topic: topicOfSite(site),
            source,
            newest,
            intervalMs: intervalOf(content),
          },
          nowMs,
          random,
        ),
      ];
    },
    onDuplicate: ({ item, from, hops, entrance }, nowMs, random) => {
      const reference = referenceOf(item);
      const topic =
        reference.type === 'entry' ? 'fleet' : topicOf(reference.mark.author, reference.mark.kind);
      return handle({ type: 'item-duplicate', item, topic, from, hops, entrance }, nowMs, random);
    },
  };
}

function topicOfSite(site: string): Topic {
  return `site:${site}`;
}
