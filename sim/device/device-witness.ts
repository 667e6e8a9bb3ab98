import type { DeviceState } from '../../src/core/device/state.ts';
import type { EntryId, ReleaseId, RolloutId } from '../../src/core/wire/encoding/ids.ts';
import type { DeviceEvent } from '../fleet/node-host.ts';
import type { NodeIndex } from '../network/topology.ts';

/** A rollout that the operator signed, of a release that the publisher signed. */
export interface SignedWish {
  readonly release: ReleaseId;
  readonly rollout: RolloutId;
}

/** What no device may ever do, whatever happens to it. */
export interface Breaches {
  /** It tried or took a release without the publisher's signature, the operator's, or both. */
  unsigned: number;
  /** It tried or took a release though it knew that its rollout was withdrawn. */
  withdrawn: number;
  /** It had a floor, and has a lower one, or committed a release below it (D3). */
  wentBack: number;
  /** It showed a release of which a part was not on its disk. */
  notWhole: number;
}

/** Sees all devices, and knows what was signed by whom without asking them. */
export interface DeviceWitness {
  readonly onEvent: (event: DeviceEvent) => void;
  signed(wish: SignedWish): void;
  /** `by`: the entry that says so. */
  withdrawn(rollout: RolloutId, by: EntryId): void;
  readonly breaches: Breaches;
  /** Undefined while the shell itself shows. */
  shownBy(device: NodeIndex): ReleaseId | undefined;
  /** Bytes of pieces that the node sent since the start. */
  sentBy(node: NodeIndex): number;
}

export function createDeviceWitness(): DeviceWitness {
  const breaches: Breaches = { unsigned: 0, withdrawn: 0, wentBack: 0, notWhole: 0 };
  /** Of the rollouts that were signed. */
  const releases = new Map<RolloutId, ReleaseId>();
  const withdrawals = new Map<RolloutId, EntryId>();
  const floors = new Map<NodeIndex, Map<string, number>>();
  /** What each decided last, or started with. */
  const decided = new Map<NodeIndex, DeviceState>();
  const shown = new Map<NodeIndex, ReleaseId>();
  const sent = new Map<NodeIndex, number>();

  const onDecided = ({ device, state, node }: Extract<DeviceEvent, { type: 'state-decided' }>) => {
    const taken = takenBy(state, decided.get(device));
    decided.set(device, state);
    if (taken === undefined) return;
    const knows = (id: EntryId) => node.ledger.accepted(id) !== undefined;
    const { release, rollout } = taken;
    if (rollout === undefined || releases.get(rollout) !== release || !knows(release) || !knows(rollout))
      breaches.unsigned++;
    else if (withdrawals.has(rollout) && knows(withdrawals.get(rollout)!)) breaches.withdrawn++;
  };

  /** A device that starts, or has kept a state, stands for it with its floors from then on. */
  const onState = (device: NodeIndex, state: DeviceState) => {
    const known = floors.get(device) ?? new Map<string, number>();
    floors.set(device, known);
    for (const [product, before] of known) if (highest(state, product) < before) breaches.wentBack++;
    const { update } = state;
    if (update.stage === 'committed') {
      const { product, counter } = update.subject;
      if (counter < (known.get(product) ?? 0)) breaches.wentBack++;
    }
    for (const product of Object.keys(state.floors))
      known.set(product, Math.max(known.get(product) ?? 0, highest(state, product)));
  };

  return {
    breaches,
    signed: ({ release, rollout }) => void releases.set(rollout, release),
    withdrawn: (rollout, by) => void withdrawals.set(rollout, by),
    shownBy: (device) => shown.get(device),
    sentBy: (node) => sent.get(node) ?? 0,
    onEvent: (event) => {
      switch (event.type) {
        case 'device-started':
          shown.delete(event.device);
          decided.set(event.device, event.state);
          return onState(event.device, event.state);
        case 'state-decided':
          return onDecided(event);
        case 'state-kept':
          return onState(event.device, event.state);
        case 'release-run':
          if (event.isWhole) shown.set(event.device, event.release);
          else breaches.notWhole++;
          return;
        case 'release-stopped':
          return void shown.delete(event.device);
        case 'piece-sent':
          return void sent.set(event.node, (sent.get(event.node) ?? 0) + event.sizeBytes);
      }
    },
  };
}

/** What it tries, or has just taken, and by which rollout; going back to what it ran before is neither. */
function takenBy(
  { update, running }: DeviceState,
  before: DeviceState | undefined,
): { readonly release: ReleaseId; readonly rollout: RolloutId | undefined } | undefined {
  if (update.stage === 'switching' || update.stage === 'probation')
    return { release: update.subject.release, rollout: update.rollout };
  const known = [before?.running?.release, before?.fallback?.release];
  if (running === undefined || known.includes(running.release)) return undefined;
  return { release: running.release, rollout: update.stage === 'idle' ? undefined : update.rollout };
}

function highest({ floors }: DeviceState, product: string): number {
  return Math.max(0, ...(floors[product] ?? []).map(({ counter }) => counter));
}
