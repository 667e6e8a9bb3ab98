import { NativeSelect } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import { isUnderWay, type PlannedStep, UNDO_MS, type WayBack } from '../../../store/commands/rollouts.ts';
import type { ReleaseRow } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useFleet, useOpenSession, useRefusal } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { FleetNameField, NAME_MISSING } from '../forms/FleetNameField.tsx';
import { pathOf, readHash } from '../frame/hash-location.ts';
import { takesLateComers } from '../rollouts/describe-selector.ts';
import { wantsTypedName } from '../rollouts/reach.ts';
import { FilesNote } from './FilesNote.tsx';
import { awayWords, nameOfRelease, sentenceOf, titleOf } from './plan-words.ts';
import { useFiles } from './useFiles.ts';

/** To what each device was to run before. */
const EACH_ITS_OWN = '';

/** Says what going back does, to whom and from where the files come, and queues it. */
export default function GoBackDialog(props: {
  readonly title: string;
  /** On the button: "Go back". */
  readonly confirm: string;
  /** The way to one release, or for undefined to what each device was to run before. */
  readonly wayTo: (release: ReleaseId | undefined) => WayBack;
  /** Where a person may choose, the likeliest first; empty: there is one way. */
  readonly targets: readonly ReleaseRow[];
  readonly onClose: () => void;
}) {
  const { wayTo, targets, onClose } = props;
  const { fleetName } = useOpenSession();
  const releases = useFleet((model) => model.releases);
  const revision = useFleet((model) => model.ledgerRevision);
  const pendingStart = useFleet((model) => model.pendingStart);
  const { rollouts } = useCommands();
  const before = useMemo(() => wayTo(undefined).origins.filter(({ release }) => release), [wayTo]);
  const [to, setTo] = useState<string>(() =>
    before.length > 1 || targets.length === 0 ? EACH_ITS_OWN : (targets[0]?.id ?? EACH_ITS_OWN),
  );
  const [typed, setTyped] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way changes with the ledger
  const way = useMemo(
    () => wayTo(to === EACH_ITS_OWN ? undefined : (to as ReleaseId)),
    [wayTo, to, revision],
  );
  const [files, fetchFiles] = useFiles(way.steps);
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);

  const form = useCommandForm(fetchFiles, () => {
    // Whoever closed the dialog while files came does not want more than the files.
    if (!open.current) return;
    const { steps } = wayTo(to === EACH_ITS_OWN ? undefined : (to as ReleaseId));
    rollouts.askToStart({
      steps,
      title: titleOf(steps, (release) => nameOfRelease(releases, release)),
      askedOn: pathOf(readHash()),
    });
    onClose();
  });

  const reached = way.steps.reduce((sum, { devices }) => sum + devices.length, 0);
  const wantsName = wantsTypedName(way.steps, reached);
  const mayPublish = useRefusal('publish');
  const mayRollOut = useRefusal('roll-out');
  const publishes = way.steps.some(({ course }) => course?.type === 'publish-again');
  const counting = isUnderWay(pendingStart);
  const refusal =
    mayRollOut ||
    (publishes ? mayPublish : '') ||
    (way.steps.length === 0 ? 'There is nothing to go back to.' : '') ||
    (way.steps.some(({ course }) => course === undefined) ? 'Choose a release that counts.' : '') ||
    (counting ? 'One rollout is about to start.' : '') ||
    (files.type === 'checking' ? 'Looking for the files.' : '') ||
    (wantsName && typed.trim() !== fleetName.trim() ? NAME_MISSING : '');

  return (
    <ModalDialog title={props.title} onClose={onClose}>
      <form className="ff-stack" aria-label={props.title} onSubmit={form.submit}>
        {targets.length === 0 ? null : (
          <NativeSelect
            label="To"
            value={to}
            data={[
              ...(before.length > 1
                ? [{ value: EACH_ITS_OWN, label: 'What each device was to run before' }]
                : []),
              ...targets.map((release) => ({
                value: release.id,
                label: `${release.product} ${release.label}`,
              })),
            ]}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        )}
        <Steps way={way} releases={releases} />
        {publishes ? <FilesNote files={files} /> : null}
        <p className="ff-quiet">
          Nothing is signed for {UNDO_MS / 1_000} seconds after this, and you can take it back until then.
        </p>
        {wantsName ? <FleetNameField value={typed} onChange={setTyped} /> : null}
        <FormEnd
          form={form}
          label={
            publishes && files.type === 'missing'
              ? `Fetch the files, then ${props.confirm.toLowerCase()}`
              : props.confirm
          }
          busyLabel="Fetching"
          refusal={refusal}
        />
      </form>
    </ModalDialog>
  );
}

function Steps(props: { readonly way: WayBack; readonly releases: readonly ReleaseRow[] }) {
  const { way, releases } = props;
  const devices = useFleet((model) => model.devices);
  const without = way.origins.find(({ release }) => release === undefined)?.devices.length ?? 0;
  const byRelease = new Map<ReleaseId, PlannedStep[]>();
  for (const step of way.steps) byRelease.set(step.release, [...(byRelease.get(step.release) ?? []), step]);
  const reached = new Set(way.steps.flatMap((step) => step.devices));
  const away = awayWords(devices.filter(({ id }) => reached.has(id)));
  return (
    <div className="ff-stack" data-testid="way-back">
      <ul className="ff-list">
        {[...byRelease].map(([release, steps]) => {
          const count = steps.reduce((sum, step) => sum + step.devices.length, 0);
          const sentence = sentenceOf(steps[0]!, nameOfRelease(releases, release), count);
          return (
            <li key={release} className="ff-break">
              {sentence.charAt(0).toUpperCase() + sentence.slice(1)}.
            </li>
          );
        })}
      </ul>
      {without > 0 && way.origins.length > 1 ? (
        <p className="ff-quiet">
          {countOf(without, 'device')} of these {without === 1 ? 'was' : 'were'} to run nothing before, and
          {without === 1 ? ' comes' : ' come'} along with the most.
        </p>
      ) : null}
      {away === '' ? null : <p className="ff-quiet">{away}</p>}
      {way.steps.length === 0 ? null : (
        <p className="ff-quiet">
          {way.steps.some(({ select }) => takesLateComers(select))
            ? 'Devices that match later come along.'
            : 'The list of devices is fixed.'}
        </p>
      )}
    </div>
  );
}
