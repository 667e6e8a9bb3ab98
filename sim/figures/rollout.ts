import type { DeviceState } from '../../src/core/device/state.ts';
import type { NodeIndex } from '../network/topology.ts';
import { type DeviceFleet, PUBLISHER, type Rollout } from '../scenarios/device-fleet.ts';

/** How a rollout went. Times are from when the operator signed it. */
export interface RolloutFigures {
  /** Devices that did not come to the stage that is asked for, though they could have. */
  readonly unsettled: number;
  /** Devices that fetch and have no neighbour that has all of it: those that had it gave it up, or never wanted it. */
  readonly outOfReach: number;
  readonly halfSettledSeconds: number;
  readonly allSettledSeconds: number;
  /** Devices whose disk or screen lacks what they run. */
  readonly notBootable: number;
  /** Bytes of pieces that the publisher sent, in releases. */
  readonly copiesFromPublisher: number;
  /** Bytes of all kinds that came into a site over its line, in releases: the mean, and the most. */
  readonly copiesIntoSite: number;
  readonly copiesIntoSiteMost: number;
  /** The operator has heard of so many devices that they came to the stage. */
  readonly receipts: number;
  readonly allReceiptsSeconds: number;
}

type Settled = 'committed' | 'rolled-back' | 'refused';

/** Starts to count; the result lets time pass until all devices have settled, or for `limitMs`. */
export function markRollout(
  subject: DeviceFleet,
  { rollout, sizeBytes, startedAtMs }: Rollout,
  stage: Settled,
): (limitMs: number) => RolloutFigures {
  const { fleet, devices, witness } = subject;
  const { simulation, network, topology } = fleet;
  const sentBefore = witness.sentBy(PUBLISHER);
  const bytesBefore = network.counters.bytesIntoSite.slice();
  const seconds = (atMs: number) => (atMs - startedAtMs) / 1000;
  const hasSettled = (device: NodeIndex) => isAt(subject.stateOf(device), rollout, stage);

  return (limitMs) => {
    const endMs = simulation.nowMs + limitMs;
    const left = () => Math.max(0, endMs - simulation.nowMs);
    subject.until(() => devices.filter(hasSettled).length >= devices.length / 2, left());
    const halfAtMs = simulation.nowMs;
    subject.until(
      () => devices.every((device) => hasSettled(device) || isOutOfReach(subject, device)),
      left(),
    );
    const allAtMs = simulation.nowMs;
    // What is on its way into sites is counted to the last receipt.
    subject.until(() => subject.receipts(rollout, stage) === devices.length, RECEIPTS_MS);
    const receiptsAtMs = simulation.nowMs;
    // Who went back shows it so much later.
    simulation.runUntil(simulation.nowMs + SHOWN_MS);
    const unsettled = devices.filter((device) => !hasSettled(device));
    const outOfReach = unsettled.filter((device) => isOutOfReach(subject, device));
    const intoSites = network.counters.bytesIntoSite.map((bytes, site) => bytes - bytesBefore[site]!);
    return {
      unsettled: unsettled.length - outOfReach.length,
      outOfReach: outOfReach.length,
      notBootable: notBootable(subject),
      halfSettledSeconds: seconds(halfAtMs),
      allSettledSeconds: seconds(allAtMs),
      copiesFromPublisher: (witness.sentBy(PUBLISHER) - sentBefore) / sizeBytes,
      copiesIntoSite: intoSites.reduce((sum, bytes) => sum + bytes, 0) / topology.sites / sizeBytes,
      copiesIntoSiteMost: Math.max(...intoSites) / sizeBytes,
      receipts: subject.receipts(rollout, stage),
      allReceiptsSeconds: seconds(receiptsAtMs),
    };
  };
}

const SHOWN_MS = 1_000;
/** A receipt may wait for a device to be reconciled with. */
const RECEIPTS_MS = 120_000;

function isOutOfReach({ fleet, stateOf, holds }: DeviceFleet, device: NodeIndex): boolean {
  const update = stateOf(device)?.update;
  if (update?.stage !== 'fetching') return false;
  return ![...fleet.network.linksOf(device).keys()].some((peer) => holds(peer, update.subject.release));
}

/** Devices of which what they run is not on the disk, or not on the screen; with nothing to run the shell itself shows. */
export function notBootable({ devices, holds, stateOf, witness }: DeviceFleet): number {
  return devices.filter((device) => {
    const running = stateOf(device)?.running?.release;
    return witness.shownBy(device) !== running || (running !== undefined && !holds(device, running));
  }).length;
}

function isAt(state: DeviceState | undefined, rollout: Rollout['rollout'], stage: Settled): boolean {
  return state?.update.stage === stage && state.update.rollout === rollout;
}
