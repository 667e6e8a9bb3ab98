import type { StatementBook } from '../fleet/statement-book.ts';
import type { NodeInput } from '../node/input.ts';
import type { ItemSource } from '../overlay/input.ts';
import type { EntryId, FleetId, NodeId } from '../wire/encoding/ids.ts';
import type { IntakeEffect, IntakeInput } from './effect.ts';
import { createEntryChecks } from './entry-checks.ts';
import { createIdleTraffic } from './idle-traffic.ts';
import { createLinkReader, type FramePart, type LinkReader, type Pushed } from './link-reader.ts';
import { createStatementChecks } from './statement-checks.ts';

/**
 * Between the links and the node: frames are decoded, copies of one entry cost one check, what is forged goes no further, and what each
 * neighbour sent comes to the node in order. Signatures are checked by whoever drives the machine.
 * Contract: call `handle` with one input at a time, carry out what it returns in order, and only then go on.
 */
export interface IntakeMachine {
  /** `nowMs` never goes back. */
  handle(input: IntakeInput, nowMs: number): readonly IntakeEffect[];
}

const FLOODS = 'it sends more that says nothing new than any honest node does';
const OVERFLOWS = 'it sends faster than this node can check';

export function createIntakeMachine(deps: {
  readonly fleet: FleetId;
  /** Asked before a signature is checked. */
  readonly knows: (id: EntryId) => boolean;
  readonly judge: StatementBook['judge'];
}): IntakeMachine {
  let effects: IntakeEffect[] = [];
  let now = 0;
  let checksBegun = 0;
  /** What the node was given by the effects before these. */
  let delivered: EntryId[] = [];
  const emit = (effect: IntakeEffect) => void effects.push(effect);
  const entries = createEntryChecks(deps.knows, emit);
  const statements = createStatementChecks(deps.fleet, deps.judge, emit);
  const readers = new Map<NodeId, LinkReader>();

  const tell = (input: NodeInput) => emit({ type: 'tell-node', input });
  const accuse = (peer: NodeId, reason: string) =>
    tell({ type: 'peer-misbehaved', peer, reason, subject: peer });

  const pass = (peer: NodeId, part: FramePart) => {
    switch (part.type) {
      case 'entry':
        tell({ type: 'entry-received', received: part.received, source: sourceOf(peer, part.pushed) });
        return void delivered.push(part.received.entry.id);
      case 'statement': {
        const { statement, bytes, pushed } = part;
        return tell({ type: 'statement-received', statement, bytes, source: sourceOf(peer, pushed) });
      }
      case 'duplicate':
        return tell({ type: 'duplicate-pushed', item: part.item, from: peer, ...part.pushed });
      case 'unwanted':
        return tell({ type: 'statement-turned-away', peer });
      case 'message':
        return tell({ type: 'message-received', peer, message: part.message });
      case 'refused':
        return accuse(peer, part.reason);
      case 'failed':
        return emit({ type: 'report-fault', error: part.error });
      case 'known':
      case 'unknown':
        return;
    }
  };

  const openReader = (peer: NodeId): LinkReader => {
    const idle = createIdleTraffic();
    const isBearable = (part: FramePart): boolean => {
      switch (part.type) {
        case 'message':
        case 'duplicate':
        case 'unwanted':
        case 'unknown':
          return idle.message(now);
        case 'known':
          return idle.knownBytes(part.sizeBytes, now);
        default:
          return true;
      }
    };
    const reader = createLinkReader({
      openEntry: (envelope, conclude) => {
        const check = ++checksBegun;
        entries.open(check, envelope, conclude);
        return check;
      },
      openStatement: (bytes, conclude) => {
        const check = ++checksBegun;
        statements.open(check, bytes, peer, conclude);
        return check;
      },
      giveUp: (check) => {
        entries.giveUp(check);
        statements.giveUp(check);
      },
      deliver: (part) => {
        if (isBearable(part)) return pass(peer, part);
        // Nothing of it is read any more (M13).
        reader.close();
        accuse(peer, FLOODS);
        emit({ type: 'hang-up', peer, reason: FLOODS });
      },
    });
    return reader;
  };

  const onFrame = (peer: NodeId, frame: Uint8Array) => {
    const reader = readers.get(peer);
    if (reader === undefined || reader.isOver() || reader.push(frame)) return;
    emit({ type: 'report-overflow', peer, reason: OVERFLOWS });
    emit({ type: 'hang-up', peer, reason: OVERFLOWS });
  };

  const handleInput = (input: IntakeInput) => {
    switch (input.type) {
      case 'link-up':
        return void readers.set(input.peer, openReader(input.peer));
      case 'link-down':
        if (input.isBanned) readers.get(input.peer)?.close();
        return void readers.delete(input.peer);
      case 'frame-received':
        return onFrame(input.peer, input.frame);
      case 'entry-hashed':
        return entries.onHashed(input);
      case 'signature-checked':
        entries.onSignature(input);
        return statements.onSignature(input);
      case 'check-failed':
        entries.onFailed(input);
        return statements.onFailed(input);
    }
  };

  return {
    handle: (input, nowMs) => {
      effects = [];
      now = nowMs;
      for (const id of delivered) entries.delivered(id);
      delivered = [];
      handleInput(input);
      return effects;
    },
  };
}

function sourceOf(from: NodeId, pushed: Pushed | undefined): ItemSource {
  return pushed === undefined ? { type: 'reconciled', from } : { type: 'pushed', from, ...pushed };
}
