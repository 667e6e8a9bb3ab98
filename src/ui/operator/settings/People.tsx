import { useState } from 'react';
import type { PersonRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { shortId } from '../../components/format.ts';
import type { TableState } from '../../components/table-state.ts';
import { useFleet } from '../FleetContext.tsx';

const COLUMNS: readonly Column<PersonRow>[] = [
  {
    key: 'name',
    title: 'Name',
    card: 'title',
    sortBy: (row) => row.name,
    cell: (row) => (row.self ? `${row.name} (this browser)` : row.name),
  },
  {
    key: 'roles',
    title: 'Roles',
    sortBy: (row) => row.roles.join(', '),
    cell: (row) => row.roles.join(', '),
  },
  {
    key: 'path',
    title: 'Below',
    sortBy: (row) => row.path,
    cell: (row) => <span className="ff-code">{row.path}</span>,
  },
  {
    key: 'key',
    title: 'Key',
    cell: (row) => (
      <span className="ff-code" title={row.id}>
        {shortId(row.id)}
      </span>
    ),
  },
  {
    key: 'granted',
    title: 'Granted',
    sortBy: (row) => row.grantedAtMs,
    cell: (row) => <Ago atMs={row.grantedAtMs} />,
  },
];

export function People() {
  const people = useFleet((model) => model.people);
  const [state, setState] = useState<TableState>({ sortKey: 'name', descending: false, page: 1 });
  return (
    <DataTable
      label="People"
      columns={COLUMNS}
      rows={people}
      rowKey={(row) => `${row.id} ${row.path}`}
      rowName={(row) => row.name}
      rowAttributes={(row) => ({ 'data-testid': 'person-row', 'data-person-name': row.name })}
      state={state}
      onState={(changes) => setState({ ...state, ...changes })}
      empty={
        <EmptyNote title="Nobody is known yet">
          Grants appear when the ledger has reached this node.
        </EmptyNote>
      }
    />
  );
}
