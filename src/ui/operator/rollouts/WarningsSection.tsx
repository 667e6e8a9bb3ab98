import type { RolloutRow } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import { Section } from '../frame/Page.tsx';
import { groupWarnings } from './group-warnings.ts';

/** What the release gave warning of while devices tried it: it decided nothing, and its developers want to know. */
export function WarningsSection(props: { readonly rollout: RolloutRow }) {
  const groups = groupWarnings(props.rollout.devices);
  if (groups.length === 0) return null;
  return (
    <Section title="Warnings">
      <p className="ff-quiet">Seen while devices tried this release. None of them takes a release back.</p>
      <ul className="ff-list">
        {groups.map(({ text, devices, times }) => (
          <li key={text} className="ff-row" data-testid="rollout-warning">
            <StatusMark status={{ tone: 'warning', label: countOf(devices, 'device') }} />
            <span className="ff-break ff-grow">{text}</span>
            <span className="ff-quiet">{times === 1 ? 'once' : `${times} times`}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
