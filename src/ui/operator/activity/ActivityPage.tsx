import { NativeSelect, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import type { ActivityItem } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { shortId } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import type { Status } from '../../components/stage-status.ts';
import { useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../frame/hash-location.ts';
import { Page } from '../frame/Page.tsx';
import { useTableState } from '../useTableState.ts';

const STATUS: Readonly<Record<ActivityItem['severity'], Status>> = {
  info: { tone: 'still', label: 'Note' },
  good: { tone: 'good', label: 'Good' },
  warning: { tone: 'warning', label: 'Warning' },
  bad: { tone: 'bad', label: 'Bad' },
};

const SEVERITIES = [
  { value: '', label: 'All' },
  { value: 'bad', label: 'Bad' },
  { value: 'warning', label: 'Warnings' },
  { value: 'good', label: 'Good' },
  { value: 'info', label: 'Notes' },
];

const COLUMNS: readonly Column<ActivityItem>[] = [
  { key: 'time', title: 'When', sortBy: (row) => row.atMs, cell: (row) => <Ago atMs={row.atMs} /> },
  {
    key: 'severity',
    title: 'Kind',
    card: 'title',
    sortBy: (row) => row.severity,
    cell: (row) => <StatusMark status={STATUS[row.severity]} />,
  },
  { key: 'actor', title: 'Who', sortBy: (row) => row.actor, cell: (row) => row.actor },
  { key: 'action', title: 'Did', card: 'title', sortBy: (row) => row.action, cell: (row) => row.action },
  { key: 'target', title: 'What', sortBy: (row) => row.target, cell: (row) => row.target },
  {
    key: 'detail',
    title: 'Detail',
    card: 'wide',
    cell: (row) => (row.detail === '' ? null : <span className="ff-reason">{row.detail}</span>),
  },
  {
    key: 'entry',
    title: 'Entry',
    cell: (row) =>
      row.entry === undefined ? (
        <span className="ff-quiet">none</span>
      ) : (
        <span className="ff-code" title={row.entry}>
          {shortId(row.entry)}
        </span>
      ),
  },
];

export default function ActivityPage() {
  const activity = useFleet((model) => model.activity);
  const [params, setParams] = usePageParams();
  const [state, setState] = useTableState({ sortKey: 'time', descending: true });
  const text = params.get('q') ?? '';
  const severity = params.get('severity') ?? '';
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return activity.filter((item) => {
      if (severity !== '' && item.severity !== severity) return false;
      const all =
        `${item.actor} ${item.action} ${item.target} ${item.detail} ${item.entry ?? ''}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
  }, [activity, text, severity]);
  return (
    <Page
      name="activity"
      title="Activity"
      note="Who did what, when, signed by whom, as far as this node has heard."
      actions={
        shown.length === 0 ? null : <ExportButtons name="activity" rows={() => shown.map(exportItem)} />
      }
    >
      <search className="ff-filters">
        <TextInput
          type="search"
          label="Filter"
          placeholder="Who, what, or an entry"
          value={text}
          onChange={(event) => setParams({ q: event.currentTarget.value, page: '' })}
        />
        <NativeSelect
          label="Kind"
          data={SEVERITIES}
          value={severity}
          onChange={(event) => setParams({ severity: event.currentTarget.value, page: '' })}
        />
      </search>
      <DataTable
        label="Activity"
        columns={COLUMNS}
        rows={shown}
        rowKey={(row) => row.key}
        rowName={(row) => row.action}
        rowAttributes={(row) => ({ 'data-testid': 'activity-item', 'data-severity': row.severity })}
        state={state}
        onState={setState}
        empty={
          <EmptyNote title={activity.length === 0 ? 'Nothing has happened yet' : 'Nothing matches'}>
            {activity.length === 0
              ? 'What people sign and what devices report is listed here.'
              : 'Change the text or the kind.'}
          </EmptyNote>
        }
      />
    </Page>
  );
}

function exportItem(item: ActivityItem) {
  const { key, atMs, ...rest } = item;
  return { at: new Date(atMs).toISOString(), ...rest, key };
}
