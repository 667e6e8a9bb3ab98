import { createIdSet, type IdSet } from '../../src/core/reconciliation/id-set.ts';
import { createReconciliationSession } from '../../src/core/reconciliation/session.ts';
import type { EntryId } from '../../src/core/wire/encoding/ids.ts';
import { decodeMessage, encodeMessage } from '../../src/core/wire/link/message.ts';
import { isReconciliation } from '../../src/core/wire/link/reconciliation.ts';
import type { Method, Outcome } from './method.ts';

/** `random` gives numbers from 0 up to 1, for the nonces. */
export function fieldfare(random: () => number): Method {
  return {
    name: 'fieldfare',
    sessions: 5,
    prepare: (a, b) => {
      const ids = [setOf(a), setOf(b)] as const;
      return { reconcile: () => run(ids, random) };
    },
  };
}

function setOf(ids: readonly EntryId[]): IdSet {
  const set = createIdSet();
  for (const id of ids) set.add(id);
  return set;
}

function run(ids: readonly [IdSet, IdSet], random: () => number): Outcome {
  const nonce = () => Uint8Array.from({ length: 8 }, () => Math.floor(random() * 256));
  const sessions = [
    createReconciliationSession({ ids: ids[0], leads: true, nonce: nonce() }),
    createReconciliationSession({ ids: ids[1], leads: false, nonce: nonce() }),
  ] as const;
  const sent = [0, 0];
  const underway = sessions.map(({ greeting }, from) => ({
    from,
    halfTrip: 1,
    frame: encodeMessage(greeting),
  }));
  let bytes = 0;
  let halfTrips = 0;
  for (let next = underway.shift(); next !== undefined; next = underway.shift()) {
    const to = 1 - next.from;
    bytes += next.frame.length;
    halfTrips = Math.max(halfTrips, next.halfTrip);
    const message = decodeMessage(next.frame);
    if (!isReconciliation(message)) throw new Error('not a frame of reconciliation');
    for (const effect of sessions[to]!.receive(message)) {
      if (effect.type === 'refused') throw new Error(effect.reason);
      if (effect.type === 'send-entries') sent[to]! += effect.ids.length;
      else underway.push({ from: to, halfTrip: next.halfTrip + 1, frame: encodeMessage(effect.message) });
    }
  }
  return { bytes, halfTrips, greets: true, onlyA: sent[0]!, onlyB: sent[1]! };
}
