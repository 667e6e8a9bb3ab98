import type { ReactNode } from 'react';
import { countOf } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import type { Tone } from '../../components/stage-status.ts';
import { useNow } from '../../components/useNow.ts';
import { Section } from '../frame/Page.tsx';
import { type FaultGroup, faultWords, isFailing, type ReleaseFaults } from './release-faults.ts';

const KIND: Readonly<Record<FaultGroup['kind'], { readonly tone: Tone; readonly word: string }>> = {
  error: { tone: 'bad', word: 'Error' },
  unhealthy: { tone: 'bad', word: 'Unhealthy' },
  restart: { tone: 'bad', word: 'Restart' },
  warning: { tone: 'warning', word: 'Warning' },
  unknown: { tone: 'unknown', word: 'Other' },
};

/** What went wrong since devices committed the release: nothing is taken back for it, and somebody should look. */
export function FaultsSection(props: {
  readonly name: string;
  readonly faults: Pick<ReleaseFaults, 'counts' | 'sinceMs' | 'texts'> & { readonly devices?: number };
  readonly children?: ReactNode;
}) {
  const { name, faults } = props;
  const nowMs = useNow();
  return (
    <Section title="Since it was committed">
      <p className={isFailing(faults.counts) ? 'ff-problem' : 'ff-quiet'} data-testid="release-faults">
        {name}: {faultWords(faults, nowMs)}
      </p>
      {props.children}
      <ul className="ff-list">
        {faults.texts.map(({ kind, text, devices, times }) => (
          <li key={`${kind} ${text}`} className="ff-row" data-testid="release-fault" data-kind={kind}>
            <StatusMark status={{ tone: KIND[kind].tone, label: KIND[kind].word }} />
            <span className="ff-break ff-grow">{text}</span>
            <span className="ff-quiet">
              {faults.devices === undefined ? '' : `${countOf(devices, 'device')}, `}
              {times === 1 ? 'once' : `${times.toLocaleString('en')} times`}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
