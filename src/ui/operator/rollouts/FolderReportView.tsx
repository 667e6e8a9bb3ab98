import { Button } from '@mantine/core';
import type { FolderReport } from '../../../store/commands/releases.ts';
import type { ReleaseRow } from '../../../store/model.ts';
import { countOf, formatBytes } from '../../components/format.ts';
import { compareFolder, newestOf, releaseOfFiles } from './compare-folder.ts';
import { LeftOutChoices } from './LeftOutChoices.tsx';

/** What was found in a folder: what is wrong with it, what it changes, and what of it is left out. */
export function FolderReportView(props: {
  readonly report: FolderReport;
  readonly busy: boolean;
  readonly product: string;
  readonly releases: readonly ReleaseRow[];
  readonly onOpenBelow: (folder: string) => void;
  readonly onToggle: (key: string) => void;
}) {
  const { report } = props;
  const { problems, startable } = report;
  return (
    <div className="ff-stack" data-testid="folder-report" aria-busy={props.busy}>
      {problems.length === 0 ? (
        <Changes report={report} product={props.product.trim()} releases={props.releases} />
      ) : (
        <div role="alert" className="ff-problem ff-stack">
          <strong>{countOf(problems.length, 'reason')} not to publish this folder</strong>
          <ul className="ff-bullets">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
          {startable.length === 0 ? null : (
            <div className="ff-row">
              <span>There is an index.html one folder down.</span>
              {startable.map((folder) => (
                <Button key={folder} variant="default" size="xs" onClick={() => props.onOpenBelow(folder)}>
                  Use {folder}/
                </Button>
              ))}
            </div>
          )}
        </div>
      )}
      <LeftOutChoices leftOut={report.leftOut} onToggle={props.onToggle} />
    </div>
  );
}

function Changes(props: {
  readonly report: FolderReport;
  readonly product: string;
  readonly releases: readonly ReleaseRow[];
}) {
  const { report, product, releases } = props;
  if (product === '') return <p className="ff-quiet">Name the product below to see what this changes.</p>;
  const newest = newestOf(releases, product);
  if (newest === undefined)
    return <p className="ff-quiet">The first release of {product}: devices fetch all of it.</p>;
  const twin = releaseOfFiles(report.files, releases, product);
  const changes = compareFolder(report.files, newest);
  return (
    <>
      <dl className="ff-changes">
        <Change word="added" count={changes.added} />
        <Change word="changed" count={changes.changed} />
        <Change word="removed" count={changes.removed} />
        <Change word="the same" count={changes.same} />
        <div>
          <dt>to fetch on {newest.label}</dt>
          <dd>{formatBytes(changes.bytesToFetch)}</dd>
        </div>
      </dl>
      {twin === undefined ? null : (
        <p className="ff-note">
          These are the files of {twin.product} {twin.label}, which is published.{' '}
          <a href={`#/releases/${twin.id}`}>Roll that release out</a>; nothing has to be published from a
          folder for it.
        </p>
      )}
    </>
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
