import { Button } from '@mantine/core';
import { useState } from 'react';
import type { PersonRow } from '../../../store/model.ts';
import { wordsForRoles } from '../../../store/role-words.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { shortId } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import type { Status } from '../../components/stage-status.ts';
import type { TableState } from '../../components/table-state.ts';
import { useFleet } from '../FleetContext.tsx';
import { RevokeDialog } from './RevokeDialog.tsx';

const STANDING: Readonly<Record<PersonRow['standing'], Status>> = {
  counts: { tone: 'good', label: 'Counts' },
  revoked: { tone: 'bad', label: 'Revoked' },
  expired: { tone: 'still', label: 'Expired' },
  void: { tone: 'bad', label: 'Does not count' },
  quarantined: { tone: 'bad', label: 'Quarantined' },
};

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
    sortBy: (row) => wordsForRoles(row.roles),
    cell: (row) => wordsForRoles(row.roles),
  },
  {
    key: 'path',
    title: 'Below',
    sortBy: (row) => row.path,
    cell: (row) => <span className="ff-code">{row.path}</span>,
  },
  {
    key: 'standing',
    title: 'Standing',
    sortBy: (row) => row.standing,
    cell: (row) => <StatusMark status={STANDING[row.standing]} />,
  },
  {
    key: 'by',
    title: 'Granted by',
    sortBy: (row) => row.grantedBy,
    cell: (row) => row.grantedBy || 'the root',
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
  const [revoking, setRevoking] = useState<PersonRow | undefined>();
  const columns: readonly Column<PersonRow>[] = [
    ...COLUMNS,
    {
      key: 'actions',
      title: 'Actions',
      cell: (row) =>
        row.standing === 'counts' || row.standing === 'quarantined' ? (
          <Button
            variant="default"
            size="xs"
            aria-label={`Revoke ${row.name}`}
            onClick={() => setRevoking(row)}
          >
            Revoke
          </Button>
        ) : null,
    },
  ];
  return (
    <>
      <DataTable
        label="People"
        columns={columns}
        rows={people}
        rowKey={(row) => `${row.id} ${row.path} ${row.grantedAtMs}`}
        rowName={(row) => row.name}
        rowAttributes={(row) => ({
          'data-testid': 'person-row',
          'data-person-name': row.name,
          'data-standing': row.standing,
        })}
        state={state}
        onState={(changes) => setState({ ...state, ...changes })}
        empty={
          <EmptyNote title="Nobody is known yet">
            Grants appear when the ledger has reached this node.
          </EmptyNote>
        }
      />
      {revoking === undefined ? null : (
        <RevokeDialog person={revoking} onClose={() => setRevoking(undefined)} />
      )}
    </>
  );
}
