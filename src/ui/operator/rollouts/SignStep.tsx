import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { PublishProgress as Progress } from '../../../store/commands/releases.ts';
import { isUnderWay, UNDO_MS } from '../../../store/commands/rollouts.ts';
import { countOf } from '../../components/format.ts';
import { useCommands, useFleet, useOpenSession, useRefusal } from '../FleetContext.tsx';
import { FleetNameField, NAME_MISSING } from '../forms/FleetNameField.tsx';
import { pathOf, readHash } from '../frame/hash-location.ts';
import { messageOf } from '../frame/notify.ts';
import { Section } from '../frame/Page.tsx';
import { FilesNote } from '../going-back/FilesNote.tsx';
import { sentenceOf, titleOf } from '../going-back/plan-words.ts';
import { useFiles } from '../going-back/useFiles.ts';
import type { AudienceReading } from './audience.ts';
import { describeSelector } from './describe-selector.ts';
import { PublishProgress } from './PublishProgress.tsx';
import { wantsTypedName } from './reach.ts';

type OnProgress = (progress: Progress) => void;

export function SignStep(props: {
  readonly number: number;
  readonly name: string;
  /** A release that is published; undefined where `publish` makes one of a folder. */
  readonly existing: ReleaseId | undefined;
  readonly publishes: boolean;
  readonly audience: AudienceReading;
  /** Why it cannot be signed, from the steps above; empty when it can. */
  readonly refusal: string;
  readonly publish: (onProgress: OnProgress) => Promise<ReleaseId>;
  /** What is published: what was said of another folder or release is said no longer. */
  readonly subject: unknown;
}) {
  const { audience } = props;
  const commands = useCommands();
  const { fleetName } = useOpenSession();
  // What it takes to roll a release out changes with the ledger.
  useFleet((model) => model.ledgerRevision);
  const [typed, setTyped] = useState('');
  const [progress, setProgress] = useState<Progress | 'none'>('none');
  const [problem, setProblem] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is cleared for another subject
  useEffect(() => setProblem(''), [props.subject]);
  const pendingStart = useFleet((model) => model.pendingStart);
  const mayPublish = useRefusal('publish');
  const mayRollOut = useRefusal('roll-out');
  const matched = audience.type === 'selector' ? commands.rollouts.preview(audience.select).length : 0;
  const wantsName = audience.type === 'selector' && wantsTypedName([audience], matched);
  const planned =
    audience.type === 'selector' && props.existing !== undefined
      ? commands.rollouts.plan([{ release: props.existing, select: audience.select }])
      : [];
  const course = planned[0]?.course;
  const again = course?.type === 'publish-again';
  const [files, fetchFiles] = useFiles(planned);
  const counting = isUnderWay(pendingStart);
  const busy = progress !== 'none' || counting;
  const refusal =
    (props.publishes || again ? mayPublish : '') ||
    mayRollOut ||
    props.refusal ||
    (audience.type === 'incomplete' ? audience.problem : '') ||
    (again && files.type === 'checking' ? 'Looking for the files.' : '') ||
    (wantsName && typed.trim() !== fleetName.trim() ? NAME_MISSING : '');

  const sign = async () => {
    if (audience.type === 'incomplete') return;
    const { select } = audience;
    setProblem('');
    setProgress({ stage: 'storing', doneBytes: 0, sizeBytes: 0 });
    try {
      await fetchFiles();
      const release = await props.publish(setProgress);
      const steps = commands.rollouts.plan([{ release, select }]);
      commands.rollouts.askToStart({
        steps,
        title: titleOf(steps, () => props.name),
        askedOn: pathOf(readHash()),
      });
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
      {again && planned[0] !== undefined ? (
        <>
          <p data-testid="course">
            Devices may have run a later release, and take no lower number. So this{' '}
            {sentenceOf(planned[0], props.name, matched)}.
          </p>
          <FilesNote files={files} />
        </>
      ) : null}
      {wantsName ? <FleetNameField value={typed} onChange={setTyped} /> : null}
      {progress !== 'none' && props.publishes ? <PublishProgress progress={progress} /> : null}
      {pendingStart.type === 'undone' ? (
        <p className="ff-note" role="status">
          Taken back: no device was told.
          {props.existing === undefined || again
            ? ''
            : ' The release stays published and can be rolled out at any time.'}
        </p>
      ) : null}
      {problem === '' ? null : (
        <p role="alert" className="ff-problem">
          {problem}
        </p>
      )}
      <div className="ff-row">
        <Button disabled={busy || refusal !== ''} onClick={sign}>
          {props.publishes ? 'Sign and start rollout' : again ? 'Publish again and roll out' : 'Sign rollout'}
        </Button>
        <span className="ff-quiet ff-grow">{counting ? 'One rollout is about to start.' : refusal}</span>
      </div>
    </Section>
  );
}
