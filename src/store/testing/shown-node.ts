import { createEntryWriter, type Draft, grantTo, keyOf } from '../../core/ledger/testing/entry-writer.ts';
import type { NodeEffect } from '../../core/node/effect.ts';
import type { NodeInput, NodeTimer } from '../../core/node/input.ts';
import { createNode } from '../../core/node/node.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Entry } from '../../core/wire/entry/entry.ts';
import { EMPTY_MARK } from '../../core/wire/kept/high-water-mark.ts';
import type { Statement } from '../../core/wire/statement/statement.ts';
import type { RuntimeEvent } from '../../runtime/node-runtime.ts';
import type { FollowedRuntime } from '../fleet-store.ts';
import type { WatchModel } from '../model.ts';
import type { BesideNode } from '../project-session.ts';
import { WATCHING_ALL } from '../watch.ts';

const ADA = 'ada';
const STARTED_MS = 1_000_000;
/** Through whom this node hears of others. */
const NEIGHBOUR = keyOf('neighbour');

/**
 * A dashboard's node whose inputs a test or a benchmark makes up, with its events as a runtime reports them; no signature is anybody's work.
 * `stored` writes what the node starts with, as Ada.
 */
export function createShownNode(stored: (write: (draft: Omit<Draft, 'by'>) => Entry) => void = () => {}) {
  const writer = createEntryWriter({ keys: [ADA], threshold: 1 });
  const grant = writer.write({ by: ADA, action: 'grant', body: grantTo([ADA]) });
  stored((draft) => writer.write({ by: ADA, grant, knowing: [grant], timeMs: STARTED_MS, ...draft }));
  const node = createNode({
    self: keyOf(ADA),
    fleet: writer.genesis.id,
    device: undefined,
    mark: EMPTY_MARK,
  });
  const sequences = new Map<NodeId, number>();
  const timers = new Map<NodeTimer, number>();
  const listeners: ((event: RuntimeEvent, atMs: number) => void)[] = [];
  let nowMs = STARTED_MS;
  let wallMs = STARTED_MS;
  const now = (): Instant => ({ monotonicMs: nowMs, wallMs });
  let watch: WatchModel = WATCHING_ALL;

  const report = (event: RuntimeEvent) => {
    for (const listener of listeners) listener(event, wallMs);
  };

  const carryOut = (effect: NodeEffect) => {
    if (effect.type === 'report') report(effect.event);
    if (effect.type === 'sign-statement') say(node.self, effect.content, 'own');
    if (effect.type === 'schedule-timer') timers.set(effect.timer, nowMs + effect.delayMs);
    if (effect.type === 'cancel-timer') timers.delete(effect.timer);
  };

  const tell = (input: NodeInput) => {
    for (const effect of node.handle(input, now(), () => 0.5)) carryOut(effect);
  };

  const say = (author: NodeId, content: Statement['content'], by: 'own' | 'itself' | 'others' = 'others') => {
    const sequence = (sequences.get(author) ?? 0) + 1;
    sequences.set(author, sequence);
    tell({
      type: 'statement-received',
      statement: { fleet: writer.genesis.id, author, session: 1, sequence, timeMs: wallMs, content },
      bytes: new Uint8Array(0),
      source:
        by === 'own' ? { type: 'own' } : { type: 'reconciled', from: by === 'itself' ? author : NEIGHBOUR },
    });
  };

  const receive = (entry: Entry) =>
    tell({ type: 'entry-received', received: writer.received(entry), source: { type: 'own' } });

  const runtime: FollowedRuntime = {
    node,
    rooms: () => [],
    subscribe: (listener) => {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
  const beside: BesideNode = {
    storage: () => ({ usage: { usedBytes: 1, quotaBytes: 2 }, persistent: true }),
    watch: () => watch,
    invitation: () => undefined,
  };

  tell({
    type: 'node-started',
    stored: writer.written,
    heard: [],
    marks: [],
  });

  return {
    node,
    runtime,
    beside,
    grant,
    now,
    tell,
    say,
    report,
    onEvent: (listener: (event: RuntimeEvent, atMs: number) => void) => void listeners.push(listener),
    setWatch: (next: WatchModel) => {
      watch = next;
    },
    /** Signed with all that this node knows; by Ada, under her grant, unless told otherwise. */
    write: (draft: Omit<Draft, 'by'> & { readonly by?: string }): Entry => {
      const entriesOf = (ids: Iterable<Entry['id']>) => Array.from(ids, (id) => node.ledger.accepted(id)!);
      const entry = writer.write({
        by: ADA,
        grant,
        parents: draft.path === undefined ? [] : entriesOf(node.ledger.heads(draft.path)),
        knowing: entriesOf(node.ledger.authorityFrontier()),
        timeMs: wallMs,
        ...draft,
      });
      receive(entry);
      return entry;
    },
    /** Timers fire in their order. */
    pass: (ms: number) => {
      const endMs = nowMs + ms;
      const endWallMs = wallMs + ms;
      for (;;) {
        const due = [...timers].sort(([, a], [, b]) => a - b)[0];
        if (due === undefined || due[1] > endMs) break;
        wallMs += Math.max(0, due[1] - nowMs);
        nowMs = Math.max(nowMs, due[1]);
        timers.delete(due[0]);
        tell({ type: 'timer-fired', timer: due[0] });
      }
      nowMs = endMs;
      wallMs = endWallMs;
    },
    setWall: (byMs: number) => {
      wallMs += byMs;
    },
  };
}

export type ShownNode = ReturnType<typeof createShownNode>;
