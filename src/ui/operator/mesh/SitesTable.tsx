import { NativeSelect, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import type { SiteRow, WatchModel } from '../../../store/model.ts';
import { watchOf } from '../../../store/watch.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import type { ExportRow } from '../../components/delimited.ts';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { useNow } from '../../components/useNow.ts';
import { useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../frame/hash-location.ts';
import { useTableState } from '../useTableState.ts';
import { doubtWords, runningWords, seenWords, siteAddress, watchedWords } from './site-words.ts';

const FILTERS = [
  { value: '', label: 'All sites' },
  { value: 'watched', label: 'Watched' },
  { value: 'summary', label: 'Not watched' },
  { value: 'unknown', label: 'Nothing known now' },
];

/** Each site by what its devices, or the one that speaks for them, say. */
export function SitesTable() {
  const sites = useFleet((model) => model.sites);
  const watch = useFleet((model) => model.watch);
  const nowMs = useNow();
  const [params, setParams] = usePageParams();
  const [state, setState] = useTableState({ sortKey: 'name', descending: false }, 'site-');
  const [text, show] = [params.get('site') ?? '', params.get('show') ?? ''];
  const columns = useMemo(() => columnsFor(watch, nowMs), [watch, nowMs]);
  const shown = useMemo(
    () =>
      sites.filter(
        (site) => site.name.toLowerCase().includes(text.trim().toLowerCase()) && isShown(site, show, watch),
      ),
    [sites, text, show, watch],
  );
  return (
    <>
      <search className="ff-filters">
        <TextInput
          type="search"
          label="Filter sites"
          placeholder="Name"
          value={text}
          onChange={(event) => setParams({ site: event.currentTarget.value, 'site-page': '' })}
        />
        <NativeSelect
          label="Show"
          value={show}
          data={FILTERS}
          onChange={(event) => setParams({ show: event.currentTarget.value, 'site-page': '' })}
        />
        {sites.length === 0 ? null : (
          <ExportButtons name="sites" rows={() => shown.map((site) => exportSite(site, watch))} />
        )}
      </search>
      <DataTable
        label="Sites"
        columns={columns}
        rows={shown}
        rowKey={(row) => row.name}
        rowName={(row) => row.name}
        rowAttributes={(row) => ({
          'data-testid': 'site-row',
          'data-site': row.name,
          'data-seen': row.seen === undefined ? 'unknown' : String(row.seen.count),
          'data-seen-by': row.seen?.by ?? 'nobody',
          'data-watched': watchOf(watch, row.name)?.why ?? 'no',
          'data-speaker': row.summary?.speakerName ?? '',
        })}
        state={state}
        onState={setState}
        empty={
          sites.length === 0 ? (
            <EmptyNote title="No site yet" action={<a href="#/pair">Pair a device</a>}>
              A site is there once a device was admitted to it.
            </EmptyNote>
          ) : (
            <EmptyNote title="No site matches">Change the name or what is shown.</EmptyNote>
          )
        }
      />
    </>
  );
}

function isShown(site: SiteRow, show: string, watch: WatchModel): boolean {
  const watched = watchOf(watch, site.name) !== undefined;
  if (show === 'watched') return watched;
  if (show === 'summary') return !watched;
  return show !== 'unknown' || site.seen === undefined;
}

function columnsFor(watch: WatchModel, nowMs: number): readonly Column<SiteRow>[] {
  return [
    {
      key: 'name',
      title: 'Site',
      card: 'title',
      sortBy: (row) => row.name,
      cell: (row) => <a href={siteAddress(row.name)}>{row.name || 'No site'}</a>,
    },
    {
      key: 'seen',
      title: 'Devices seen',
      sortBy: (row) => row.seen?.count,
      cell: (row) => (
        <>
          <span className={row.seen === undefined ? 'ff-quiet' : 'ff-nowrap'}>{seenWords(row)}</span>
          <Doubt text={doubtWords(row, nowMs)} />
        </>
      ),
    },
    {
      key: 'running',
      title: 'They run',
      card: 'wide',
      sortBy: (row) => row.running[0]?.name,
      cell: (row) =>
        row.running.length === 0 ? (
          <span className="ff-quiet">{row.seen === undefined ? 'unknown' : 'nobody to say'}</span>
        ) : (
          runningWords(row)
        ),
    },
    {
      key: 'speaker',
      title: 'Speaks for it',
      sortBy: (row) => row.summary?.speakerName,
      cell: (row) => <Speaker site={row} />,
    },
    {
      key: 'heard',
      title: 'Summary',
      sortBy: (row) => row.summary?.heardAtMs,
      cell: (row) => <Ago atMs={row.summary?.heardAtMs} />,
    },
    {
      key: 'watched',
      title: 'Watched',
      sortBy: (row) => watchOf(watch, row.name)?.sinceMs,
      cell: (row) => watchedWords(watch, row.name, nowMs),
    },
  ];
}

function Doubt(props: { readonly text: string }) {
  return props.text === '' ? null : <div className="ff-quiet">{props.text}</div>;
}

export function Speaker(props: { readonly site: SiteRow }) {
  const { summary } = props.site;
  if (summary === undefined) return <span className="ff-quiet">nobody yet</span>;
  return (
    <>
      <a href={`#/devices/${summary.speaker}`}>{summary.speakerName}</a>
      {summary.otherSpeakers === 0 ? null : (
        <div className="ff-quiet">and {summary.otherSpeakers} more: the site is in parts</div>
      )}
    </>
  );
}

function exportSite(site: SiteRow, watch: WatchModel): ExportRow {
  const { seen, summary } = site;
  return {
    site: site.name,
    admitted: site.admitted,
    seen: seen?.count,
    seenBy: seen?.by,
    seenWithinSeconds: seen && seen.withinMs / 1000,
    running: runningWords(site),
    speaker: summary?.speaker,
    speakerName: summary?.speakerName,
    summaryHeard: summary && new Date(summary.heardAtMs).toISOString(),
    summaryHolds: summary && String(summary.holds),
    summaryPresent: summary?.present,
    watched: watchOf(watch, site.name)?.why ?? 'no',
  };
}
