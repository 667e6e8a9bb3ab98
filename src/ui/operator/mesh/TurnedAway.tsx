import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { TurnedAwayRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { formatInstant, shortId } from '../../components/format.ts';
import type { TableState } from '../../components/table-state.ts';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { notifyDone, notifyRefused } from '../frame/notify.ts';
import { Section } from '../frame/Page.tsx';

/** What this browser's node refused of others, and whom it does not link with. */
export function TurnedAway() {
  const rows = useFleet((model) => model.mesh.turnedAway);
  const commands = useCommands();
  const [state, setState] = useState<TableState>({ sortKey: 'at', descending: true, page: 1 });
  const columns = useMemo(() => {
    const lift = ({ id, name }: TurnedAwayRow) =>
      commands.mesh.liftBan(id).then(
        () => notifyDone(`${name} is no longer banned`, 'This browser links with it again when they meet.'),
        (error: unknown) => notifyRefused('The ban stays', error),
      );
    return columnsFor(lift);
  }, [commands]);
  return (
    <Section title="Turned away by this browser">
      <DataTable
        label="Turned away by this browser"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
        rowName={(row) => row.name}
        rowAttributes={(row) => ({
          'data-testid': 'turned-away',
          'data-node': row.id,
          'data-banned': String(row.bannedUntilMs !== undefined),
        })}
        state={state}
        onState={(changes) => setState({ ...state, ...changes })}
        empty={
          <EmptyNote title="Nothing was turned away">
            A node that sends what cannot be right is listed here, and banned when it goes on. Bans are this
            browser's own and are told to nobody.
          </EmptyNote>
        }
      />
    </Section>
  );
}

function columnsFor(lift: (row: TurnedAwayRow) => void): readonly Column<TurnedAwayRow>[] {
  return [
    {
      key: 'node',
      title: 'Node',
      card: 'title',
      sortBy: (row) => row.name,
      cell: (row) =>
        row.name === row.id ? (
          <span className="ff-code" title={row.id}>
            {shortId(row.id)}
          </span>
        ) : (
          <span className="ff-break">{row.name}</span>
        ),
    },
    {
      key: 'reason',
      title: 'Why',
      card: 'wide',
      sortBy: (row) => row.reason,
      cell: (row) => <span className="ff-break">{row.reason}</span>,
    },
    { key: 'times', title: 'Times', numeric: true, sortBy: (row) => row.times, cell: (row) => row.times },
    { key: 'at', title: 'Last', sortBy: (row) => row.atMs, cell: (row) => <Ago atMs={row.atMs} /> },
    {
      key: 'until',
      title: 'Banned until',
      sortBy: (row) => row.bannedUntilMs,
      cell: (row) =>
        row.bannedUntilMs === undefined ? (
          <span className="ff-quiet">not banned</span>
        ) : (
          formatInstant(row.bannedUntilMs)
        ),
    },
    {
      key: 'act',
      title: 'Change',
      cell: (row) =>
        row.bannedUntilMs === undefined ? null : (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Lift ban of ${row.name}`}
            onClick={() => lift(row)}
          >
            Lift ban
          </Button>
        ),
    },
  ];
}
