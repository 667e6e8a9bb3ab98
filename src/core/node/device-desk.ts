import type { DeviceConfig } from '../device/device-config.ts';
import { joinFloors } from '../device/floors.ts';
import type { DeviceInput, Wished } from '../device/input.ts';
import { createDeviceMachine } from '../device/life-cycle.ts';
import type { DeviceState } from '../device/state.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { wishFor } from '../rollout/wish.ts';
import type { MonotonicMs } from '../time/instant.ts';
import type { InfoHash, NodeId, ReleaseId } from '../wire/encoding/ids.ts';
import { readNeeds } from '../wire/entry/needs.ts';
import type { HighWaterMark } from '../wire/kept/high-water-mark.ts';
import type { NodeEffect } from './effect.ts';
import { type BundleProgress, receiptOf } from './own-statements.ts';
import type { ProvenState } from './proven-state.ts';

/** Where the ledger's wishes come to the device's life, and what becomes of them goes out. */
export interface DeviceDesk {
  state(): DeviceState;
  handle(input: DeviceInput, nowMs: MonotonicMs): readonly NodeEffect[];
  /** Tells the device's life what the ledger wishes of it now. */
  followWish(type: 'device-started' | 'wish-changed', nowMs: MonotonicMs): readonly NodeEffect[];
}

export function createDeviceDesk(deps: {
  readonly self: NodeId;
  readonly ledger: Ledger;
  readonly proven: ProvenState;
  readonly progress: ReadonlyMap<InfoHash, BundleProgress>;
  readonly device: DeviceState;
  readonly mark: HighWaterMark;
  readonly config: DeviceConfig;
}): DeviceDesk {
  const { self, ledger, proven, progress } = deps;
  // A record of the device that came back empty or old must not lower its floors (K2).
  const machine = createDeviceMachine(
    { ...deps.device, floors: joinFloors(deps.device.floors, deps.mark.floors) },
    deps.config,
  );
  /** Those of the mark that was kept last. */
  let keptFloors = deps.mark.floors;

  const handle = (input: DeviceInput, nowMs: MonotonicMs) =>
    machine.handle(input, nowMs).flatMap((step): readonly NodeEffect[] => {
      switch (step.type) {
        case 'publish-receipt':
          return [{ type: 'sign-statement', content: receiptOf(step, ledger.view, progress) }];
        case 'persist-device':
          return [...keepFloors(step.state), step];
        default:
          return [step];
      }
    });

  const keepFloors = ({ floors }: DeviceState): readonly NodeEffect[] => {
    if (floors === keptFloors) return [];
    keptFloors = floors;
    proven.raiseFloors(floors);
    return [{ type: 'keep-mark', mark: proven.mark() }];
  };

  const wished = (): Wished => {
    const shortfall = proven.shortfall();
    // Attack: whoever feeds a device that lost its ledger only the old part of it makes it install what was current then (K3).
    if (shortfall?.beacon !== undefined) return { type: 'unknown' };
    const { view } = ledger;
    const wish = wishFor(view, view.devices.get(self)?.body);
    const release = wish && view.releases.get(wish.release);
    // What is not found in a ledger that lost entries may only be missing there.
    if (release === undefined) return { type: shortfall === undefined ? 'nothing' : 'unknown' };
    const { product, version, counter, health } = release.manifest;
    const chosen = {
      rollout: wish!.rollout,
      subject: { release: wish!.release, product, version, counter, health },
    };
    const lacking = [...wish!.lacking, ...readNeeds(release.entry.body)];
    return lacking.length > 0
      ? { type: 'not-understood', ...chosen, lacking }
      : { type: 'release', ...chosen };
  };

  const voidedFloors = ({ floors }: DeviceState): ReleaseId[] =>
    Object.values(floors)
      .flatMap((committed) => committed.map(({ release }) => release))
      .filter((release) => ledger.standing(release)?.type === 'void');

  return {
    state: machine.state,
    handle,
    followWish: (type, nowMs) =>
      handle({ type, wished: wished(), voided: voidedFloors(machine.state()) }, nowMs),
  };
}
