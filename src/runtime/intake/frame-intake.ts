import type { IntakeEffect, IntakeInput } from '../../core/intake/effect.ts';
import { createIntakeMachine } from '../../core/intake/intake.ts';
import type { NodeInput } from '../../core/node/input.ts';
import type { Node } from '../../core/node/node.ts';
import { type EntryId, type FleetId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Keys } from '../../ports/keys.ts';
import { createPump } from '../pump.ts';
import { allHold } from './envelope.ts';

/** Drives the intake's machine: hashes and checks signatures for it, and tells the node what came of it. */
export interface FrameIntake {
  onLinkUp(peer: NodeId): void;
  onLinkDown(peer: NodeId): void;
  onFrame(peer: NodeId, frame: Uint8Array): void;
}

export function createFrameIntake(deps: {
  readonly node: {
    readonly ledger: Pick<Node['ledger'], 'knows'>;
    readonly book: Pick<Node['book'], 'judge'>;
    readonly bans: Pick<Node['bans'], 'isBanned'>;
  };
  readonly fleet: FleetId;
  readonly keys: Pick<Keys, 'sha256' | 'verify'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly tell: (input: NodeInput) => void;
  /** The link ends for it. */
  readonly onOverflow: (peer: NodeId, reason: string) => void;
  readonly hangUp: (peer: NodeId, reason: string) => void;
  readonly onFault: (error: unknown) => void;
}): FrameIntake {
  const { node, keys, clock } = deps;
  const machine = createIntakeMachine({
    fleet: deps.fleet,
    knows: (id) => node.ledger.knows(id),
    judge: node.book.judge,
  });
  const pump = createPump<IntakeInput, IntakeEffect>({
    handle: (input) => machine.handle(input, clock.monotonicMs()),
    carryOut: (effects) => effects.forEach(carryOut),
    onFault: deps.onFault,
  });

  const carryOut = (effect: IntakeEffect) => {
    switch (effect.type) {
      case 'hash-entry':
        return answer(effect.check, async () => ({
          type: 'entry-hashed',
          check: effect.check,
          id: idFromBytes<EntryId>(await keys.sha256(effect.signedBytes)),
        }));
      case 'check-signature':
        return answer(effect.check, async () => {
          const holds = await allHold(effect.signatures, keys);
          const voucherHolds =
            holds && effect.voucher !== undefined && (await allHold([effect.voucher], keys));
          return { type: 'signature-checked', check: effect.check, holds, voucherHolds };
        });
      case 'tell-node':
        return deps.tell(effect.input);
      case 'report-overflow':
        return deps.onOverflow(effect.peer, effect.reason);
      case 'hang-up':
        return deps.hangUp(effect.peer, effect.reason);
      case 'report-fault':
        return deps.onFault(effect.error);
    }
  };

  const answer = (check: number, work: () => Promise<IntakeInput>) =>
    void work()
      .catch((error: unknown): IntakeInput => ({ type: 'check-failed', check, error }))
      .then(pump.tell);

  return {
    onLinkUp: (peer) => pump.tell({ type: 'link-up', peer }),
    onLinkDown: (peer) => pump.tell({ type: 'link-down', peer, isBanned: node.bans.isBanned(peer) }),
    onFrame: (peer, frame) => pump.tell({ type: 'frame-received', peer, frame }),
  };
}
