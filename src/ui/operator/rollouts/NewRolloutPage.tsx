import { useState } from 'react';
import type { ReleaseId } from '../../../core/wire/ids.ts';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../hash-location.ts';
import { messageOf } from '../notify.ts';
import { Page } from '../Page.tsx';
import { AudienceStep } from './AudienceStep.tsx';
import { readAudience, toSelector } from './audience.ts';
import { FolderStep } from './FolderStep.tsx';
import { ReleaseStep } from './ReleaseStep.tsx';
import type { ReadFolder } from './read-folder.ts';
import { problemWithDraft, type ReleaseDraft, suggestDraft } from './release-draft.ts';
import { SignStep } from './SignStep.tsx';
import { SourceChoice } from './SourceChoice.tsx';
import './new-rollout.css';
import { ExistingReleaseStep } from './ExistingReleaseStep.tsx';
import type { FolderState } from './FolderStep.tsx';

/** From a folder, or from a release that is there already, to a running rollout, on one page. */
export default function NewRolloutPage() {
  const commands = useCommands();
  const releases = useFleet((model) => model.releases);
  const [params, setParams] = usePageParams();
  const [folder, setFolder] = useState<FolderState>({ type: 'none' });
  const [draft, setDraft] = useState<ReleaseDraft>(() => suggestDraft(undefined));
  const [audience, setAudience] = useState(() => readAudience(params));
  const releaseId = params.get('release');
  const existing = releases.find((release) => release.id === releaseId);
  const fromFolder = releaseId === null;

  const inspect = async (reading: Promise<ReadFolder>) => {
    setFolder({ type: 'reading' });
    try {
      const { name, files } = await reading;
      const report = await commands.inspectFolder(files);
      setFolder({ type: 'read', name, files, report });
      setDraft((held) => suggestDraft(report, held));
    } catch (error) {
      setFolder({ type: 'refused', message: messageOf(error) });
    }
  };

  const publish = async (onProgress: Parameters<typeof commands.publishRelease>[0]['onProgress']) => {
    if (existing !== undefined) return existing.id;
    if (folder.type !== 'read') throw new Error('there is no folder to publish');
    const { product, version } = draft;
    const id = await commands.publishRelease({
      files: folder.files,
      product: product.trim(),
      version: version.trim(),
      health: draft.health,
      onProgress,
    });
    setParams({ release: id });
    return id;
  };

  const source = fromFolder ? problemWithFolder(folder) || problemWithDraft(draft, releases) : '';
  const missing = !fromFolder && existing === undefined ? 'Choose a release.' : '';
  const reading = toSelector(audience);
  return (
    <Page name="new-rollout" title="New rollout" note="Nothing leaves this browser before you sign.">
      <SourceChoice
        fromFolder={fromFolder}
        onChange={(folderChosen) => setParams({ release: folderChosen ? '' : 'choose' })}
      />
      {fromFolder ? (
        <>
          <FolderStep state={folder} onFolder={inspect} />
          <ReleaseStep draft={draft} onChange={setDraft} releases={releases} />
        </>
      ) : (
        <ExistingReleaseStep
          releases={releases}
          chosen={existing}
          onChange={(id: ReleaseId) => setParams({ release: id })}
        />
      )}
      <AudienceStep number={fromFolder ? 3 : 2} audience={audience} onChange={setAudience} />
      <SignStep
        number={fromFolder ? 4 : 3}
        name={
          existing === undefined
            ? `${draft.product} ${draft.version}`.trim()
            : `${existing.product} ${existing.label}`
        }
        existing={existing?.id}
        publishes={fromFolder}
        audience={reading}
        refusal={source || missing}
        publish={publish}
      />
    </Page>
  );
}

function problemWithFolder(folder: FolderState): string {
  if (folder.type !== 'read') return 'Drop a folder first.';
  return folder.report.problems.length > 0 ? 'Mend what is wrong with the folder.' : '';
}
