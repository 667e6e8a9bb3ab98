import type { RolloutRow } from '../../../store/model.ts';
import type { Status } from '../../components/stage-status.ts';

/** A rollout in one word; what failed comes before what is still underway. */
export function statusOfRollout(rollout: Pick<RolloutRow, 'standing' | 'counts'>): Status {
  const { counts } = rollout;
  if (rollout.standing === 'void') return { tone: 'bad', label: 'Does not count' };
  if (rollout.standing === 'taken-back') return { tone: 'still', label: 'Taken back' };
  if (rollout.standing === 'superseded') return { tone: 'still', label: 'Superseded' };
  if (counts.failed > 0) return { tone: 'bad', label: `${counts.failed} failed` };
  if (counts.matched === 0) return { tone: 'unknown', label: 'Matches no device' };
  if (counts.committed === counts.matched) return { tone: 'good', label: 'Complete' };
  if (counts.underway > 0) return { tone: 'underway', label: 'Underway' };
  return { tone: 'still', label: 'Waiting for devices' };
}

export function wordForStanding(standing: RolloutRow['standing']): string {
  return WORD_FOR_STANDING[standing];
}

const WORD_FOR_STANDING: Readonly<Record<RolloutRow['standing'], string>> = {
  active: 'active',
  superseded: 'superseded',
  'taken-back': 'taken back',
  void: 'does not count',
};
