import { Button } from '@mantine/core';
import type { RolloutRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { countOf } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import { useFleet } from '../FleetContext.tsx';
import { Page } from '../frame/Page.tsx';
import { useTableState } from '../useTableState.ts';
import { describeSelector } from './describe-selector.ts';
import { statusOfRollout } from './rollout-status.ts';

const COLUMNS: readonly Column<RolloutRow>[] = [
  {
    key: 'release',
    title: 'Release',
    card: 'title',
    sortBy: (row) => `${row.product} ${row.version}`,
    cell: (row) => (
      <a href={`#/rollouts/${row.id}`}>
        {row.product} {row.version}
      </a>
    ),
  },
  { key: 'for', title: 'For', card: 'wide', cell: (row) => describeSelector(row.select) },
  {
    key: 'state',
    title: 'State',
    card: 'title',
    sortBy: (row) => statusOfRollout(row).label,
    cell: (row) => <StatusMark status={statusOfRollout(row)} />,
  },
  {
    key: 'committed',
    title: 'Committed',
    numeric: true,
    sortBy: (row) => row.counts.committed,
    cell: (row) => `${row.counts.committed} of ${row.counts.matched}`,
  },
  {
    key: 'failed',
    title: 'Failed',
    numeric: true,
    sortBy: (row) => row.counts.failed,
    cell: (row) => row.counts.failed,
  },
  { key: 'author', title: 'Signed by', sortBy: (row) => row.authorName, cell: (row) => row.authorName },
  {
    key: 'started',
    title: 'Started',
    sortBy: (row) => row.startedAtMs,
    cell: (row) => <Ago atMs={row.startedAtMs} />,
  },
];

export default function RolloutsPage() {
  const rollouts = useFleet((model) => model.rollouts);
  const [state, setState] = useTableState({ sortKey: 'started', descending: true });
  return (
    <Page
      name="rollouts"
      title="Rollouts"
      note={countOf(rollouts.length, 'rollout')}
      actions={
        <>
          {rollouts.length === 0 ? null : (
            <ExportButtons name="rollouts" rows={() => rollouts.map(exportRollout)} />
          )}
          <Button component="a" href="#/rollouts/new">
            New rollout
          </Button>
        </>
      }
    >
      <DataTable
        label="Rollouts"
        columns={COLUMNS}
        rows={rollouts}
        rowKey={(row) => row.id}
        rowName={(row) => `${row.product} ${row.version}`}
        rowAttributes={(row) => ({ 'data-testid': 'rollout-row', 'data-version': row.version })}
        state={state}
        onState={setState}
        empty={
          <EmptyNote
            title="No rollout has been started"
            action={
              <Button component="a" href="#/rollouts/new" variant="default">
                Start the first rollout
              </Button>
            }
          >
            A rollout is a standing wish: devices that match it run its release, also those that come later.
          </EmptyNote>
        }
      />
    </Page>
  );
}

function exportRollout(rollout: RolloutRow) {
  return {
    id: rollout.id,
    product: rollout.product,
    version: rollout.version,
    release: rollout.release,
    for: describeSelector(rollout.select),
    standing: rollout.standing,
    author: rollout.author,
    authorName: rollout.authorName,
    startedAt: new Date(rollout.startedAtMs).toISOString(),
    ...rollout.counts,
  };
}
