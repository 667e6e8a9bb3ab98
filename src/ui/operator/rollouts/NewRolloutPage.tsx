import { useRef, useState } from 'react';
import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { PublishProgress } from '../../../store/commands/releases.ts';
import { FolderStale } from '../../../store/commands.ts';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../frame/hash-location.ts';
import { Page } from '../frame/Page.tsx';
import { AudienceStep } from './AudienceStep.tsx';
import { readAudience, toSelector } from './audience.ts';
import { ExistingReleaseStep } from './ExistingReleaseStep.tsx';
import { FolderStep } from './FolderStep.tsx';
import { ReleaseStep } from './ReleaseStep.tsx';
import { EMPTY_DRAFT, problemWithDraft, type ReleaseDraft, suggestDraft } from './release-draft.ts';
import { SignStep } from './SignStep.tsx';
import { SourceChoice } from './SourceChoice.tsx';
import { type FolderState, useFolder } from './useFolder.ts';
import './new-rollout.css';

/** From a folder, or from a release that is there already, to a running rollout, on one page. */
export default function NewRolloutPage() {
  const commands = useCommands();
  const releases = useFleet((model) => model.releases);
  const [params, setParams] = usePageParams();
  const [draft, setDraft] = useState<ReleaseDraft>(EMPTY_DRAFT);
  /** What stood in the form when the folder was chosen: what was typed since is kept. */
  const whenChosen = useRef<ReleaseDraft>(EMPTY_DRAFT);
  const folder = useFolder((report) => setDraft((held) => suggestDraft(report, held, whenChosen.current)));
  const [audience, setAudience] = useState(() => readAudience(params));
  const releaseId = params.get('release');
  const existing = releases.find((release) => release.id === releaseId);
  const fromFolder = releaseId === null;
  const { state } = folder;

  const publish = async (onProgress: (progress: PublishProgress) => void) => {
    if (existing !== undefined) return existing.id;
    if (state.type !== 'read') throw new Error('there is no folder to publish');
    const { product, version, health } = draft;
    try {
      const id = await commands.releases.publish({
        files: state.report.files,
        product: product.trim(),
        version: version.trim(),
        health,
        onProgress,
      });
      setParams({ release: id });
      return id;
    } catch (error) {
      if (error instanceof FolderStale) folder.refuse(error);
      throw error;
    }
  };

  const source = fromFolder ? problemWithFolder(state) || problemWithDraft(draft, releases) : '';
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
          <FolderStep
            folder={{
              ...folder,
              open: (listing) => {
                whenChosen.current = draft;
                folder.open(listing);
              },
            }}
            product={draft.product}
            releases={releases}
          />
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
        subject={existing?.id ?? folder.serial}
      />
    </Page>
  );
}

function problemWithFolder(state: FolderState): string {
  switch (state.type) {
    case 'none':
      return 'Drop a folder first.';
    case 'listing':
    case 'reading':
      return 'Wait until the folder is read.';
    case 'refused':
      return 'Choose the folder again.';
    case 'read':
      if (state.busy) return 'Wait until the folder is read.';
      return state.report.problems.length > 0 ? 'Mend what is wrong with the folder.' : '';
  }
}
