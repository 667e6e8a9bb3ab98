import { Button } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { type Finding, reachOf } from '../../../core/connectivity/findings.ts';
import { type DoctorRow, doctorRow, doctorVerdict } from '../../../store/doctor-words.ts';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { StatusShape } from '../../components/StatusMark.tsx';
import type { Status } from '../../components/stage-status.ts';
import { useCommands } from '../FleetContext.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { NearbyServers } from '../settings/NearbyServers.tsx';
import './doctor.css';

const STATUS: Readonly<Record<DoctorRow['standing'], Status>> = {
  works: { tone: 'good', label: 'Works' },
  blocked: { tone: 'bad', label: 'Blocked' },
  absent: { tone: 'still', label: 'Not named' },
  hinders: { tone: 'warning', label: 'In the way' },
  unsure: { tone: 'unknown', label: 'Not told' },
};

/** Tries each rung of the ladder from this browser, and says in words what is blocked and what to do. */
export default function DoctorPage() {
  const { diagnose } = useCommands().mesh;
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  const [state, setState] = useState<'running' | 'done' | 'failed'>('running');
  const [problem, setProblem] = useState('');
  const run = useCallback(() => {
    let current = true;
    setFindings([]);
    setState('running');
    diagnose((finding) => {
      if (current) setFindings((before) => [...before, finding]);
    }).then(
      () => current && setState('done'),
      (error: unknown) => {
        if (!current) return;
        setProblem(error instanceof Error ? error.message : String(error));
        setState('failed');
      },
    );
    return () => {
      current = false;
    };
  }, [diagnose]);
  useEffect(run, [run]);
  const rows = findings.map(doctorRow);
  return (
    <Page
      name="doctor"
      title="Connectivity doctor"
      note="By which ways this browser can reach other nodes. Nothing is sent to any of them."
      actions={
        <>
          {state === 'done' ? (
            <ExportButtons name="connectivity" rows={() => rows.map((row) => ({ ...row }))} />
          ) : null}
          <Button
            variant="default"
            leftSection={<IconStethoscope size={16} aria-hidden="true" />}
            disabled={state === 'running'}
            onClick={run}
          >
            Check again
          </Button>
        </>
      }
    >
      <div role="status" aria-live="polite" data-testid="doctor-verdict" data-state={state}>
        {state === 'running' ? (
          <p className="ff-quiet">
            Trying one way after another. This takes up to half a minute where much is blocked.
          </p>
        ) : state === 'failed' ? (
          <p>The check could not be run: {problem}</p>
        ) : (
          <Verdict findings={findings} />
        )}
      </div>
      <Section title="The ladder, rung by rung">
        <ul className="ff-doctor" aria-busy={state === 'running'}>
          {rows.map((row) => (
            <li
              key={row.key}
              data-testid="doctor-row"
              data-probe={row.key.split(' ', 1)[0]}
              data-standing={row.standing}
            >
              <div className="ff-doctor-head">
                <StatusShape tone={STATUS[row.standing].tone} />
                <h3>{row.title}</h3>
                <span className="ff-quiet">{STATUS[row.standing].label}</span>
              </div>
              <p>{row.says}</p>
              {row.remedy === '' ? null : <p className="ff-doctor-remedy">{row.remedy}</p>}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="First contact near by">
        <NearbyServers />
      </Section>
      <p className="ff-quiet">
        A device is checked on its own screen: open kiosk.html#/doctor in its browser. Links that are up now,
        and the way each one takes, are on <a href="#/mesh">Mesh</a>.
      </p>
    </Page>
  );
}

function Verdict(props: { readonly findings: readonly Finding[] }) {
  const row = doctorVerdict(props.findings);
  return (
    <section
      className="ff-card ff-doctor-verdict"
      data-testid="doctor-reach"
      data-reach={reachOf(props.findings)}
    >
      <div className="ff-doctor-head">
        <StatusShape tone={STATUS[row.standing].tone} />
        <h2>{row.title}</h2>
      </div>
      <p>{row.says}</p>
      {row.remedy === '' ? null : <p className="ff-doctor-remedy">{row.remedy}</p>}
    </section>
  );
}
