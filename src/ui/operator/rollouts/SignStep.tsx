import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReleaseId } from '../../../core/wire/ids.ts';
import type { Commands } from '../../../store/commands.ts';
import { countOf, formatBytes, formatPercent } from '../../components/format.ts';
import { describeSelector, namesWholeFleet } from '../describe-selector.ts';
import { useCommands, useOpenSession, useRefusal } from '../FleetContext.tsx';
import { messageOf } from '../notify.ts';
import { Section } from '../Page.tsx';
import { UNDO_MS, usePendingStart } from '../pending-start.ts';
import type { AudienceReading } from './audience.ts';

type OnProgress = Parameters<Commands['publishRelease']>[0]['onProgress'];
type Progress = Parameters<OnProgress>[0];

/** Beyond this many devices the whole fleet wants its name typed; a guess: fewer are walked to in a morning. */
const TYPED_ABOVE_DEVICES = 20;

const STAGES: readonly { readonly stage: Progress['stage']; readonly label: string }[] = [
  { stage: 'hashing', label: 'Hashing' },
  { stage: 'storing', label: 'Storing' },
  { stage: 'signing', label: 'Signing' },
];

export function SignStep(props: {
  readonly number: number;
  readonly name: string;
  readonly publishes: boolean;
  readonly audience: AudienceReading;
  /** Why it cannot be signed, from the steps above; empty when it can. */
  readonly refusal: string;
  readonly publish: (onProgress: OnProgress) => Promise<ReleaseId>;
}) {
  const { audience } = props;
  const commands = useCommands();
  const { fleetName } = useOpenSession();
  const [typed, setTyped] = useState('');
  const [progress, setProgress] = useState<Progress | 'none'>('none');
  const [problem, setProblem] = useState('');
  const [pendingState, pending] = usePendingStart();
  const mayPublish = useRefusal('publish');
  const mayRollOut = useRefusal('roll-out');
  const matched = audience.type === 'selector' ? commands.preview(audience.select).length : 0;
  const wantsName =
    audience.type === 'selector' && namesWholeFleet(audience.select) && matched > TYPED_ABOVE_DEVICES;
  const counting = pendingState.type === 'counting' || pendingState.type === 'starting';
  const busy = progress !== 'none' || counting;
  const refusal =
    (props.publishes ? mayPublish : '') ||
    mayRollOut ||
    props.refusal ||
    (audience.type === 'incomplete' ? audience.problem : '') ||
    (wantsName && typed.trim() !== fleetName.trim() ? "Type the fleet's name first." : '');

  const sign = async () => {
    if (audience.type === 'incomplete') return;
    const { select } = audience;
    setProblem('');
    setProgress({ stage: 'hashing', doneBytes: 0, sizeBytes: 0 });
    try {
      const release = await props.publish(setProgress);
      pending.queue({ release, select, title: `${props.name} to ${countOf(matched, 'device')}` });
    } catch (error) {
      setProblem(messageOf(error));
    }
    setProgress('none');
  };

  return (
    <Section title={`${props.number}. Sign`}>
      <p>
        {props.name === '' ? 'The release' : <strong>{props.name}</strong>} goes to{' '}
        {audience.type === 'selector' ? (
          <strong>
            {describeSelector(audience.select)} ({countOf(matched, 'device')} now)
          </strong>
        ) : (
          'devices that are not chosen yet'
        )}
        . After signing you have {UNDO_MS / 1_000} seconds to take the start back.
      </p>
      {wantsName ? (
        <TextInput
          label={`This names the whole fleet. Type "${fleetName}" to confirm`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      ) : null}
      {progress !== 'none' && props.publishes ? <PublishProgress progress={progress} /> : null}
      {pendingState.type === 'undone' ? (
        <p className="ff-note" role="status">
          Taken back: no device was told. The release stays published and can be rolled out at any time.
        </p>
      ) : null}
      {problem === '' ? null : (
        <p role="alert" className="ff-problem">
          {problem}
        </p>
      )}
      <div className="ff-row">
        <Button disabled={busy || refusal !== ''} onClick={sign}>
          {props.publishes ? 'Sign and start rollout' : 'Sign rollout'}
        </Button>
        <span className="ff-quiet ff-grow">{counting ? 'One rollout is about to start.' : refusal}</span>
      </div>
    </Section>
  );
}

function PublishProgress(props: { readonly progress: Progress }) {
  const at = STAGES.findIndex((each) => each.stage === props.progress.stage);
  return (
    <ol className="ff-stages" data-testid="publish-progress" data-stage={props.progress.stage}>
      {STAGES.map((each, index) => {
        const { doneBytes, sizeBytes } = props.progress;
        const done = index < at ? 1 : 0;
        return (
          <li key={each.stage} className="ff-stage">
            <span>{each.label}</span>
            {index === at && sizeBytes > 0 ? (
              <>
                <progress value={doneBytes} max={sizeBytes} aria-label={each.label} />
                <span className="ff-quiet">
                  {formatPercent(doneBytes, sizeBytes)} of {formatBytes(sizeBytes)}
                </span>
              </>
            ) : (
              <>
                <progress value={done} max={1} aria-label={each.label} />
                <span className="ff-quiet">
                  {done === 1 ? 'done' : index === at ? 'underway' : 'waiting'}
                </span>
              </>
            )}
          </li>
        );
      })}
    </ol>
  );
}
