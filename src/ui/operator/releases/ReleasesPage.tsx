import { Button } from '@mantine/core';
import type { ReleaseRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { countOf, formatBytes } from '../../components/format.ts';
import { useFleet } from '../FleetContext.tsx';
import { Page } from '../frame/Page.tsx';
import { useTableState } from '../useTableState.ts';
import { describeHealth, describeHeld } from './describe-release.ts';

const COLUMNS: readonly Column<ReleaseRow>[] = [
  {
    key: 'release',
    title: 'Release',
    card: 'title',
    sortBy: (row) => `${row.product} ${row.label}`,
    cell: (row) => (
      <a href={`#/releases/${row.id}`}>
        {row.product} {row.label}
      </a>
    ),
  },
  { key: 'number', title: 'Number', numeric: true, sortBy: (row) => row.counter, cell: (row) => row.counter },
  {
    key: 'running',
    title: 'Runs on',
    numeric: true,
    sortBy: (row) => row.runningOn,
    cell: (row) => countOf(row.runningOn, 'device'),
  },
  {
    key: 'size',
    title: 'Size',
    numeric: true,
    sortBy: (row) => row.sizeBytes,
    cell: (row) => formatBytes(row.sizeBytes),
  },
  {
    key: 'files',
    title: 'Files',
    numeric: true,
    sortBy: (row) => row.files.length,
    cell: (row) => row.files.length,
  },
  { key: 'held', title: 'Held here', sortBy: (row) => row.held, cell: (row) => describeHeld(row.held) },
  { key: 'author', title: 'Signed by', sortBy: (row) => row.authorName, cell: (row) => row.authorName },
  {
    key: 'published',
    title: 'Published',
    sortBy: (row) => row.publishedAtMs,
    cell: (row) => <Ago atMs={row.publishedAtMs} />,
  },
];

export default function ReleasesPage() {
  const releases = useFleet((model) => model.releases);
  const [state, setState] = useTableState({ sortKey: 'published', descending: true });
  return (
    <Page
      name="releases"
      title="Releases"
      note={countOf(releases.length, 'release')}
      actions={
        <>
          {releases.length === 0 ? null : (
            <ExportButtons name="releases" rows={() => releases.map(exportRelease)} />
          )}
          <Button component="a" href="#/rollouts/new">
            New rollout
          </Button>
        </>
      }
    >
      <DataTable
        label="Releases"
        columns={COLUMNS}
        rows={releases}
        rowKey={(row) => row.id}
        rowName={(row) => `${row.product} ${row.label}`}
        rowAttributes={(row) => ({
          'data-testid': 'release-row',
          'data-version': row.version,
          'data-counter': String(row.counter),
        })}
        state={state}
        onState={setState}
        empty={
          <EmptyNote
            title="Nothing has been published yet"
            action={
              <Button component="a" href="#/rollouts/new" variant="default">
                Drop a folder
              </Button>
            }
          >
            A release is a folder with an index.html, signed in this browser. It is published as part of a
            rollout.
          </EmptyNote>
        }
      />
    </Page>
  );
}

function exportRelease(release: ReleaseRow) {
  return {
    id: release.id,
    product: release.product,
    version: release.version,
    counter: release.counter,
    sizeBytes: release.sizeBytes,
    files: release.files.length,
    health: describeHealth(release.health),
    author: release.author,
    authorName: release.authorName,
    publishedAt: new Date(release.publishedAtMs).toISOString(),
    runningOn: release.runningOn,
  };
}
