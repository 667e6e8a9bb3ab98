import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import type { ReleaseRow } from '../../../store/model.ts';
import { BytesLine } from '../../components/BytesLine.tsx';
import { countOf, formatBytes } from '../../components/format.ts';
import { Section } from '../frame/Page.tsx';
import { FolderReportView } from './FolderReportView.tsx';
import { readChosenFolder, readDroppedFolder } from './read-folder.ts';
import type { Folder, FolderState } from './useFolder.ts';

export function FolderStep(props: {
  readonly folder: Folder;
  /** As the form has it: what the folder is held against. */
  readonly product: string;
  readonly releases: readonly ReleaseRow[];
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { folder } = props;
  const { state } = folder;
  return (
    <Section title="1. Folder">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first */}
      <div
        className="ff-drop"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const { items } = event.dataTransfer;
          folder.open((onFound) => readDroppedFolder(items, onFound));
        }}
      >
        <p>{headline(state)}</p>
        {state.type === 'reading' ? (
          <div className="ff-reading" data-testid="folder-progress" data-done-bytes={state.doneBytes}>
            <BytesLine label="Reading the folder" doneBytes={state.doneBytes} sizeBytes={state.sizeBytes} />
          </div>
        ) : null}
        <Button variant="default" size="xs" onClick={() => input.current?.click()}>
          {buttonOf(state)}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Folder of the release"
          data-testid="folder-input"
          {...{ webkitdirectory: '' }}
          onChange={(event) => {
            const { files } = event.currentTarget;
            const chosen = files === null ? [] : [...files];
            event.currentTarget.value = '';
            if (chosen.length > 0) folder.open(() => Promise.resolve(readChosenFolder(chosen)));
          }}
        />
      </div>
      {state.type === 'refused' ? (
        <p role="alert" className="ff-problem" data-testid="folder-refused">
          {state.message}
        </p>
      ) : null}
      {state.type === 'read' ? (
        <FolderReportView
          report={state.report}
          busy={state.busy}
          product={props.product}
          releases={props.releases}
          onOpenBelow={folder.openBelow}
          onToggle={folder.toggle}
        />
      ) : null}
    </Section>
  );
}

function headline(state: FolderState): string {
  switch (state.type) {
    case 'none':
      return 'Drop the folder of a web app here. It needs an index.html.';
    case 'listing':
      return state.found === 0
        ? 'Looking at the folder'
        : `Looking at the folder: ${countOf(state.found, 'file')} so far`;
    case 'reading':
      return `Reading ${state.name === '' ? 'what was dropped' : state.name}`;
    case 'refused':
      return 'This folder cannot be used.';
    case 'read':
      return `${state.name === '' ? 'The drop' : state.name}: ${countOf(state.report.fileCount, 'file')}, ${formatBytes(
        state.report.sizeBytes,
      )}`;
  }
}

function buttonOf(state: FolderState): string {
  if (state.type === 'none') return 'Choose folder';
  return state.type === 'refused' ? 'Choose the folder again' : 'Choose another folder';
}
