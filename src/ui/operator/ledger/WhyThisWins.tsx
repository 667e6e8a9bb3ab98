import { useState } from 'react';
import type { ExplainRow } from '../../../store/ledger-model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { shortId } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import type { TableState } from '../../components/table-state.ts';
import { OUTCOME_STATUS } from './outcome-status.ts';

const COLUMNS: readonly Column<ExplainRow>[] = [
  {
    key: 'outcome',
    title: 'Outcome',
    card: 'title',
    sortBy: (row) => row.outcome,
    cell: (row) => <StatusMark status={OUTCOME_STATUS[row.outcome]} />,
  },
  {
    key: 'reason',
    title: 'Because',
    card: 'wide',
    cell: (row) => <span className="ff-reason">{row.reason}</span>,
  },
  { key: 'author', title: 'Who', sortBy: (row) => row.author, cell: (row) => row.author },
  { key: 'action', title: 'Did', sortBy: (row) => row.action, cell: (row) => row.action },
  {
    key: 'time',
    title: 'Their clock',
    sortBy: (row) => row.timeMs,
    cell: (row) => <Ago atMs={row.timeMs} />,
  },
  {
    key: 'entry',
    title: 'Entry',
    cell: (row) => (
      <span className="ff-code" title={row.entry}>
        {shortId(row.entry)}
      </span>
    ),
  },
];

/** Every entry about one path with the rule that decided it, the winner first until a person sorts. */
export function WhyThisWins(props: { readonly path: string; readonly rows: readonly ExplainRow[] }) {
  const [state, setState] = useState<TableState>({ sortKey: '', descending: false, page: 1 });
  return (
    <DataTable
      label={`Entries about ${props.path}`}
      columns={COLUMNS}
      rows={props.rows}
      rowKey={(row) => row.entry}
      rowName={(row) => `${row.action} by ${row.author}`}
      rowAttributes={(row) => ({ 'data-testid': 'explain-row', 'data-outcome': row.outcome })}
      state={state}
      onState={(changes) => setState({ ...state, ...changes })}
      empty={null}
    />
  );
}
