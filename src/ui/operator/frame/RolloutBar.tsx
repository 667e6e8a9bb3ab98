import type { RolloutRow } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import type { Tone } from '../../components/stage-status.ts';

type Counts = RolloutRow['counts'];

const PARTS: readonly { readonly key: keyof Counts; readonly tone: Tone; readonly word: string }[] = [
  { key: 'committed', tone: 'good', word: 'committed' },
  { key: 'underway', tone: 'underway', word: 'underway' },
  { key: 'failed', tone: 'bad', word: 'failed' },
  { key: 'waiting', tone: 'still', word: 'waiting' },
];

/** The devices of a rollout by how far they are: a bar for the eye, numbers for the rest. */
export function RolloutBar(props: { readonly counts: Counts }) {
  const { counts } = props;
  return (
    <div className="ff-stack">
      <div className="ff-bar" aria-hidden="true">
        {PARTS.filter((part) => counts[part.key] > 0).map((part) => (
          <span key={part.key} data-tone={part.tone} style={{ flexGrow: counts[part.key] }} />
        ))}
      </div>
      <RolloutCounts counts={counts} />
    </div>
  );
}

function RolloutCounts(props: { readonly counts: Counts }) {
  const { counts } = props;
  return (
    <div
      className="ff-row"
      data-testid="rollout-counts"
      data-matched={counts.matched}
      data-committed={counts.committed}
      data-underway={counts.underway}
      data-failed={counts.failed}
      data-waiting={counts.waiting}
    >
      {PARTS.map((part) => (
        <StatusMark key={part.key} status={{ tone: part.tone, label: `${counts[part.key]} ${part.word}` }} />
      ))}
      <span className="ff-quiet">of {countOf(counts.matched, 'device')}</span>
    </div>
  );
}
