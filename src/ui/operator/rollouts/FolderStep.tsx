import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import type { FolderFile, FolderReport } from '../../../store/commands.ts';
import { countOf, formatBytes } from '../../components/format.ts';
import { Section } from '../Page.tsx';
import { type ReadFolder, readChosenFolder, readDroppedFolder } from './read-folder.ts';

export type FolderState =
  | { readonly type: 'none' }
  | { readonly type: 'reading' }
  | { readonly type: 'refused'; readonly message: string }
  | {
      readonly type: 'read';
      readonly name: string;
      readonly files: readonly FolderFile[];
      readonly report: FolderReport;
    };

export function FolderStep(props: {
  readonly state: FolderState;
  readonly onFolder: (reading: Promise<ReadFolder>) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { state } = props;
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
          props.onFolder(readDroppedFolder(event.dataTransfer.items));
        }}
      >
        <p>{headline(state)}</p>
        <Button variant="default" size="xs" onClick={() => input.current?.click()}>
          {state.type === 'none' ? 'Choose folder' : 'Choose another folder'}
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
            if (files !== null && files.length > 0) props.onFolder(Promise.resolve(readChosenFolder(files)));
            event.currentTarget.value = '';
          }}
        />
      </div>
      {state.type === 'refused' ? (
        <p role="alert" className="ff-problem">
          {state.message}
        </p>
      ) : null}
      {state.type === 'read' ? <Report report={state.report} /> : null}
    </Section>
  );
}

function headline(state: FolderState): string {
  switch (state.type) {
    case 'none':
      return 'Drop the folder of a web app here. It needs an index.html.';
    case 'reading':
      return 'Looking at the folder';
    case 'refused':
      return 'The folder could not be read.';
    case 'read':
      return `${state.name === '' ? 'The drop' : state.name}: ${countOf(state.report.fileCount, 'file')}, ${formatBytes(
        state.report.sizeBytes,
      )}`;
  }
}

function Report(props: { readonly report: FolderReport }) {
  const { against, problems } = props.report;
  return (
    <div className="ff-stack" data-testid="folder-report">
      {problems.length === 0 ? null : (
        <div role="alert" className="ff-problem">
          <strong>{countOf(problems.length, 'reason')} not to publish this folder</strong>
          <ul className="ff-bullets">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      {against === undefined ? (
        <p className="ff-quiet">The first release of its product: devices fetch all of it.</p>
      ) : (
        <dl className="ff-changes">
          <Change word="added" count={against.added} />
          <Change word="changed" count={against.changed} />
          <Change word="removed" count={against.removed} />
          <Change word="the same" count={against.same} />
          <div>
            <dt>to fetch on {against.version}</dt>
            <dd>{formatBytes(against.bytesToFetch)}</dd>
          </div>
        </dl>
      )}
    </div>
  );
}

function Change(props: { readonly word: string; readonly count: number }) {
  return (
    <div>
      <dt>{props.word}</dt>
      <dd>{props.count.toLocaleString('en')}</dd>
    </div>
  );
}
