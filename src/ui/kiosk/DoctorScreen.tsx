import { useCallback, useEffect, useState } from 'react';
import type { Finding } from '../../core/connectivity/findings.ts';
import { type DoctorRow, doctorRow, doctorVerdict } from '../../store/doctor-words.ts';
import { takeFocus } from './take-focus.ts';

const WORDS: Readonly<Record<DoctorRow['standing'], string>> = {
  works: 'Works',
  blocked: 'Blocked',
  absent: 'Not named',
  hinders: 'In the way',
  unsure: 'Not told',
};

/** What this device can reach others by, for a person who stands before it. */
export default function DoctorScreen(props: {
  readonly examine: (onFinding: (finding: Finding) => void) => Promise<void>;
}) {
  const { examine } = props;
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  const [state, setState] = useState<'running' | 'done' | 'failed'>('running');
  const run = useCallback(() => {
    let current = true;
    setFindings([]);
    setState('running');
    examine((finding) => {
      if (current) setFindings((before) => [...before, finding]);
    }).then(
      () => current && setState('done'),
      () => current && setState('failed'),
    );
    return () => {
      current = false;
    };
  }, [examine]);
  useEffect(run, [run]);
  const verdict = doctorVerdict(findings);
  return (
    <main className="kiosk kiosk-doctor" data-doctor={state} tabIndex={-1} ref={takeFocus}>
      <div className="kiosk-doctor-page">
        <h1>
          {state === 'running'
            ? 'Checking the connection'
            : state === 'failed'
              ? 'The check failed'
              : verdict.title}
        </h1>
        <p className="kiosk-text" role="status">
          {state === 'running'
            ? 'Trying one way after another, up to half a minute.'
            : state === 'failed'
              ? 'Load the page again and check once more.'
              : `${verdict.says} ${verdict.remedy}`}
        </p>
        <ul className="kiosk-doctor-rungs">
          {findings.map(doctorRow).map((row) => (
            <li key={row.key} data-probe={row.key.split(' ', 1)[0]} data-standing={row.standing}>
              <strong>{row.title}</strong>{' '}
              <span className="kiosk-doctor-standing">{WORDS[row.standing]}</span>
              <p>{row.says}</p>
              {row.remedy !== '' && <p className="kiosk-remedy">{row.remedy}</p>}
            </li>
          ))}
        </ul>
        <p className="kiosk-doctor-ways">
          <button type="button" disabled={state === 'running'} onClick={run}>
            Check again
          </button>
          <a href="#/">Back to the screen</a>
        </p>
      </div>
    </main>
  );
}
