import { isFailure } from '../../core/wire/statement/device-stage.ts';
import type { DeviceRow, HeardStage } from '../../store/model.ts';

/** How a state looks: colour and shape differ for each, so that neither alone has to be read. */
export type Tone = 'good' | 'underway' | 'bad' | 'warning' | 'still' | 'unknown';

export interface Status {
  readonly tone: Tone;
  readonly label: string;
}

type Stage = HeardStage | undefined;

const STATUS_OF_STAGE: Readonly<Record<NonNullable<Stage>, Status>> = {
  idle: { tone: 'still', label: 'Idle' },
  announced: { tone: 'underway', label: 'Announced' },
  fetching: { tone: 'underway', label: 'Fetching' },
  verified: { tone: 'underway', label: 'Verified' },
  armed: { tone: 'underway', label: 'Armed' },
  switching: { tone: 'underway', label: 'Switching' },
  probation: { tone: 'underway', label: 'Probation' },
  committed: { tone: 'good', label: 'Committed' },
  'rolled-back': { tone: 'warning', label: 'Rolled back' },
  failed: { tone: 'bad', label: 'Failed' },
  refused: { tone: 'bad', label: 'Refused' },
  withdrawn: { tone: 'still', label: 'Withdrawn' },
  unknown: { tone: 'unknown', label: 'Unknown' },
};

export function statusOfStage(stage: Stage): Status {
  return STATUS_OF_STAGE[stage ?? 'unknown'];
}

/** A device that is away, or of which nothing is heard, makes no progress: what it last said is told as past, not as underway. */
export function statusOfDevice(stage: Stage, presence: DeviceRow['presence']): Status {
  const status = statusOfStage(stage);
  if (presence === 'present' || status.tone !== 'underway') return status;
  if (presence === 'unknown') return { tone: 'unknown', label: `Unknown, was ${status.label.toLowerCase()}` };
  return { tone: 'still', label: `Away, was ${status.label.toLowerCase()}` };
}

export function wordForPresence(presence: DeviceRow['presence']): string {
  return WORD_FOR_PRESENCE[presence];
}

const WORD_FOR_PRESENCE: Readonly<Record<DeviceRow['presence'], string>> = {
  present: 'Present',
  away: 'Away',
  'never-seen': 'Never seen',
  unknown: 'Unknown, its site is not watched',
};

/** On what a row of a device rests, in words. */
export function wordForSource(knownBy: DeviceRow['knownBy']): string {
  return WORD_FOR_SOURCE[knownBy];
}

const WORD_FOR_SOURCE: Readonly<Record<DeviceRow['knownBy'], string>> = {
  lease: 'its own word, within 30 s',
  summary: 'its site’s summary, within 2 min',
  inventory: 'what this browser kept of it',
};

/** Whether a person should look at it. */
export function needsAttention(stage: Stage): boolean {
  return isFailure(stage);
}
