import type { ExplainRow } from '../../../store/ledger-model.ts';
import type { Status } from '../../components/stage-status.ts';

export const OUTCOME_STATUS: Readonly<Record<ExplainRow['outcome'], Status>> = {
  wins: { tone: 'good', label: 'Wins' },
  superseded: { tone: 'still', label: 'Superseded' },
  loses: { tone: 'warning', label: 'Loses' },
  'content-missing': { tone: 'unknown', label: 'Content missing' },
  frozen: { tone: 'underway', label: 'Frozen' },
  void: { tone: 'bad', label: 'Void' },
};

/** Of an entry in the log: whether it counts at all. */
export function statusOfMoment(counts: boolean): Status {
  return counts ? { tone: 'good', label: 'Counts' } : { tone: 'bad', label: 'Does not count' };
}
