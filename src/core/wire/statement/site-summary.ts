import { concatBytes } from '../encoding/cbor.ts';
import { fromBase64Url, type NodeId, type ReleaseId, toBase64Url } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  type CborMap,
  optionalId,
  readBytes,
  readList,
  readMap,
  readOptionalId,
  readUint,
} from '../encoding/shape.ts';
import { type HeardStage, readStage } from './device-stage.ts';

/**
 * Which devices of the author's site are there and what they run, for nodes outside that are not told of each one. The site is the
 * one to which the author was admitted.
 */
export interface SummaryContent {
  readonly type: 'summary';
  /** Counts at whoever heard it, from then on. */
  readonly validMs: number;
  /** Devices that are there, those too that are in no group because there are too many groups. */
  readonly present: number;
  readonly groups: readonly SummaryGroup[];
}

/** Devices that run the same and stand at the same stage of the same target. */
export interface SummaryGroup {
  readonly running: ReleaseId | undefined;
  readonly target: ReleaseId | undefined;
  readonly stage: HeardStage | undefined;
  readonly count: number;
  /** Who they are; fewer than `count` when not all fit. */
  readonly devices: readonly DevicePrefix[];
}

declare const brand: unique symbol;
/** The first 6 bytes of a device's key as base64url, 8 characters: among the devices of one site it is nearly always one. */
export type DevicePrefix = string & { readonly [brand]: 'DevicePrefix' };

/** Three of the longest intervals (M15); who says more is taken for this much. */
const MAX_VALID_MS = 900_000;
/** With `MAX_SUMMARY_DEVICES` prefixes they stay below what a statement may have. */
export const MAX_SUMMARY_GROUPS = 16;
export const MAX_SUMMARY_DEVICES = 256;
const PREFIX_BYTES = 6;
const PREFIX_CHARACTERS = 8;

export function prefixOf(device: NodeId): DevicePrefix {
  return device.slice(0, PREFIX_CHARACTERS) as DevicePrefix;
}

export function summaryMap(summary: SummaryContent): CborMap {
  return {
    valid: summary.validMs,
    present: summary.present,
    groups: summary.groups.map(({ running, target, stage, count, devices }) => ({
      running: optionalId(running),
      target: optionalId(target),
      stage: stage ?? null,
      count,
      who: concatBytes(devices.map((prefix) => fromBase64Url(prefix)!)),
    })),
  };
}

export function readSummary(map: CborMap): SummaryContent {
  const groups = readList(map.groups, 'groups', MAX_SUMMARY_GROUPS).map(readGroup);
  const present = readUint(map.present, 'present');
  const counted = groups.reduce((sum, { count }) => sum + count, 0);
  const named = groups.reduce((sum, { devices }) => sum + devices.length, 0);
  if (counted > present) throw new WireError('the groups of a summary have more devices than are there');
  if (named > MAX_SUMMARY_DEVICES)
    throw new WireError(`a summary names ${named} devices, at most ${MAX_SUMMARY_DEVICES} are taken`);
  return { type: 'summary', validMs: Math.min(readUint(map.valid, 'valid'), MAX_VALID_MS), present, groups };
}

function readGroup(value: CborMap[string]): SummaryGroup {
  const map = readMap(value, 'a group');
  const who = readBytes(map.who, 'who', MAX_SUMMARY_DEVICES * PREFIX_BYTES);
  if (who.length % PREFIX_BYTES !== 0) throw new WireError('who is not a row of prefixes of keys');
  const count = readUint(map.count, 'count');
  if (who.length > count * PREFIX_BYTES) throw new WireError('a group names more devices than it has');
  return {
    running: readOptionalId<ReleaseId>(map.running, 'running'),
    target: readOptionalId<ReleaseId>(map.target, 'target'),
    stage: map.stage === null ? undefined : readStage(map.stage),
    count,
    devices: Array.from(
      { length: who.length / PREFIX_BYTES },
      (_, at) => toBase64Url(who.subarray(at * PREFIX_BYTES, (at + 1) * PREFIX_BYTES)) as DevicePrefix,
    ),
  };
}
