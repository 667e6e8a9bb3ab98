import type { Aim, Row } from '../../report/report.ts';
import type { ReleaseId } from '../../src/core/wire/encoding/ids.ts';
import { notBootable, type RolloutFigures } from '../figures/rollout.ts';
import type { DeviceFleet } from './device-fleet.ts';

type AimToHold = Omit<Aim, 'holds'>;

function none(name: string, value: number, unit: string): AimToHold {
  return { name, value, unit, aim: 0, direction: 'atMost' };
}

/** Devices that are not where this rollout was to bring them, and receipts of theirs that the operator lacks. */
export function settledAims(
  { devices }: DeviceFleet,
  phases: readonly { readonly name: string; readonly figures: RolloutFigures }[],
): readonly AimToHold[] {
  return phases.flatMap(({ name, figures }) => [
    none(`not settled, ${name}`, figures.unsettled, 'devices'),
    none(
      `receipts that the operator lacks, ${name}`,
      devices.length - figures.outOfReach - figures.receipts,
      'devices',
    ),
    none(`not bootable, ${name}`, figures.notBootable, 'devices'),
  ]);
}

/** What must hold at the end, whatever happened: nothing was ever breached, and what runs is whole and on the screen. */
export function safetyAims(subject: DeviceFleet): readonly AimToHold[] {
  const { breaches } = subject.witness;
  return [
    none('tried or taken without both signatures', breaches.unsigned, 'times'),
    none('tried or taken though known to be withdrawn', breaches.withdrawn, 'times'),
    none('counters that went back', breaches.wentBack, 'times'),
    none('shown without all of its files', breaches.notWhole, 'times'),
    none('not bootable', notBootable(subject), 'devices'),
  ];
}

/** Devices that run something else. */
export function notRunning({ devices, stateOf }: DeviceFleet, release: ReleaseId): number {
  return devices.filter((device) => stateOf(device)?.running?.release !== release).length;
}

export function rowOf(name: string, figures: RolloutFigures): Row {
  return { phase: name, ...figures };
}
