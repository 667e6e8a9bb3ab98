import { Anchor } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { EntryId } from '../../../core/wire/encoding/ids.ts';
import { isWithin } from '../../../core/wire/entry/path.ts';
import type { MomentRow } from '../../../store/ledger-model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { StatusMark } from '../../components/StatusMark.tsx';
import type { TableState } from '../../components/table-state.ts';
import { statusOfMoment } from './outcome-status.ts';
import { ledgerAddress } from './paths.ts';
import { type KnownNames, useKnownNames } from './useKnownNames.ts';

/** What was done at and below a path, newest first, each a moment to travel to. */
export function PathHistory(props: {
  readonly path: string;
  readonly moments: readonly MomentRow[];
  readonly onTravel: (at: EntryId) => void;
}) {
  const { path, moments, onTravel } = props;
  const [state, setState] = useState<TableState>({ sortKey: '', descending: false, page: 1 });
  const rows = useMemo(() => moments.filter((moment) => isWithin(moment.path, path)), [moments, path]);
  const knownNames = useKnownNames();
  const columns = useMemo(() => columnsFor(knownNames, onTravel), [knownNames, onTravel]);
  return (
    <DataTable
      label={`History of ${path}`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.entry}
      rowName={(row) => `${row.action} of ${row.path}`}
      rowAttributes={(row) => ({
        'data-testid': 'moment-row',
        'data-entry': row.entry,
        'data-counts': String(row.counts),
      })}
      state={state}
      onState={(changes) => setState({ ...state, ...changes })}
      empty={
        <EmptyNote title="Nothing happened here lately">
          The history reaches back {moments.length.toLocaleString('en')} entries of the whole ledger.
        </EmptyNote>
      }
    />
  );
}

function columnsFor(knownNames: KnownNames, onTravel: (at: EntryId) => void): readonly Column<MomentRow>[] {
  return [
    {
      key: 'time',
      title: 'Their clock',
      sortBy: (row) => row.timeMs,
      cell: (row) => <Ago atMs={row.timeMs} />,
    },
    { key: 'author', title: 'Who', sortBy: (row) => row.author, cell: (row) => row.author },
    {
      key: 'action',
      title: 'Did',
      card: 'title',
      sortBy: (row) => row.action,
      cell: (row) => row.action,
    },
    {
      key: 'path',
      title: 'Where',
      card: 'wide',
      sortBy: (row) => row.path,
      cell: (row) => (
        <>
          <a className="ff-code ff-break ff-path-link" href={`#${ledgerAddress({ path: row.path })}`}>
            {row.path}
          </a>
          <div className="ff-quiet">
            {row.path
              .split('/')
              .flatMap((name) => knownNames(name) ?? [])
              .join(', ')}
          </div>
        </>
      ),
    },
    {
      key: 'counts',
      title: 'Standing',
      card: 'title',
      sortBy: (row) => Number(row.counts),
      cell: (row) => <StatusMark status={statusOfMoment(row.counts)} />,
    },
    {
      key: 'travel',
      title: 'Ledger then',
      cell: (row) => (
        <Anchor
          component="button"
          type="button"
          size="sm"
          underline="always"
          aria-label={`See the ledger after this ${row.action} of ${row.path}`}
          onClick={() => onTravel(row.entry)}
        >
          See
        </Anchor>
      ),
    },
  ];
}
