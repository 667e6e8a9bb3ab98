import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDeferredValue, useMemo, useState } from 'react';
import type { DeviceRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { countOf } from '../../components/format.ts';
import { formatLabels } from '../../components/labels.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import { statusOfDevice } from '../../components/stage-status.ts';
import { useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../frame/hash-location.ts';
import { Page } from '../frame/Page.tsx';
import { useOpenSite } from '../mesh/useOpenSite.ts';
import { useTableState } from '../useTableState.ts';
import { DeviceTarget } from './DeviceTarget.tsx';
import { exportDevice, filterDevices, readDeviceFilter, STATE_FILTERS } from './device-filter.ts';
import { UnwatchedNote } from './UnwatchedNote.tsx';
import { useSiteNames } from './useSiteNames.ts';
import { WatchedNote } from './WatchedNote.tsx';

const COLUMNS: readonly Column<DeviceRow>[] = [
  {
    key: 'name',
    title: 'Name',
    card: 'title',
    sortBy: (row) => row.name,
    cell: (row) => (
      <>
        <a href={`#/devices/${row.id}`}>{row.name}</a>
        {Object.keys(row.labels).length === 0 ? null : (
          <div className="ff-quiet">{formatLabels(row.labels)}</div>
        )}
      </>
    ),
  },
  { key: 'site', title: 'Site', sortBy: (row) => row.site, cell: (row) => row.site },
  {
    key: 'state',
    title: 'State',
    card: 'title',
    sortBy: (row) => statusOfDevice(row.stage, row.presence).label,
    cell: (row) => (
      <>
        <StatusMark status={statusOfDevice(row.stage, row.presence)} />
        {row.knownBy === 'summary' ? <div className="ff-quiet">by its site's summary</div> : null}
        {row.presence === 'unknown' ? <div className="ff-quiet">as kept, not heard now</div> : null}
      </>
    ),
  },
  {
    key: 'running',
    title: 'Running',
    sortBy: (row) =>
      row.running === undefined ? undefined : `${row.running.product} ${row.running.version}`,
    cell: (row) =>
      row.running === undefined ? (
        <span className="ff-quiet">unknown</span>
      ) : (
        <span className="ff-nowrap">{`${row.running.product} ${row.running.version}`}</span>
      ),
  },
  {
    key: 'target',
    title: 'Target',
    sortBy: (row) => row.target?.version,
    cell: (row) => <DeviceTarget device={row} />,
  },
  {
    key: 'seen',
    title: 'Seen',
    sortBy: (row) => row.lastSeenMs,
    cell: (row) => <Ago atMs={row.lastSeenMs} />,
  },
  {
    key: 'reason',
    title: 'Reason',
    card: 'wide',
    sortBy: (row) => (row.reason === '' ? undefined : row.reason),
    cell: (row) => (row.reason === '' ? null : <span className="ff-reason">{row.reason}</span>),
  },
];

const NONE: readonly DeviceRow[] = [];

const attributesOf = (row: DeviceRow) => ({
  'data-testid': 'device-row',
  'data-device-name': row.name,
  'data-stage': row.stage ?? 'unknown',
  'data-presence': row.presence,
  'data-known-by': row.knownBy,
  'data-version': row.running?.version ?? '',
});

export default function DevicesPage() {
  const devices = useFleet((model) => model.devices);
  const [params, setParams] = usePageParams();
  const [tableState, setTableState] = useTableState({ sortKey: 'name', descending: false });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const query = params.toString();
  const filter = useMemo(() => readDeviceFilter(new URLSearchParams(query)), [query]);
  // A key press shows in the field at once; the list follows when the browser has time.
  const listFilter = useDeferredValue(filter);
  const shown = useMemo(() => filterDevices(devices, listFilter), [devices, listFilter]);
  const sites = useSiteNames();
  useOpenSite(filter.site);
  const picked = chosen.size === 0 ? NONE : shown.filter((device) => chosen.has(device.id));
  const clear = () => setParams({ q: '', site: '', state: '', version: '', reason: '', page: '' });
  return (
    <Page
      name="devices"
      title="Devices"
      note={
        shown.length === devices.length
          ? countOf(devices.length, 'device')
          : `${countOf(shown.length, 'device')} of ${devices.length.toLocaleString('en')}`
      }
      actions={
        <>
          {devices.length === 0 ? null : (
            <ExportButtons
              name="devices"
              rows={() => (picked.length > 0 ? picked : shown).map(exportDevice)}
            />
          )}
          <Button component="a" href="#/pair">
            Pair a device
          </Button>
        </>
      }
    >
      {devices.length === 0 ? (
        <EmptyNote
          title="No device has been admitted yet"
          action={
            <Button component="a" href="#/pair" variant="default">
              Pair the first device
            </Button>
          }
        >
          Open the kiosk page on a device. It shows a code of six characters; enter it here.
        </EmptyNote>
      ) : (
        <>
          <search className="ff-filters">
            <TextInput
              type="search"
              label="Filter"
              placeholder="Name, label, version or reason"
              value={filter.text}
              onChange={(event) => setParams({ q: event.currentTarget.value, page: '' })}
            />
            <NativeSelect
              label="Site"
              value={filter.site}
              data={[{ value: '', label: 'All sites' }, ...sites]}
              onChange={(event) => setParams({ site: event.currentTarget.value, page: '' })}
            />
            <NativeSelect
              label="State"
              value={filter.state}
              data={[{ value: '', label: 'All states' }, ...STATE_FILTERS]}
              onChange={(event) => setParams({ state: event.currentTarget.value, page: '' })}
            />
          </search>
          <UnwatchedNote devices={shown} />
          {filter.site === '' ? null : <WatchedNote site={filter.site} />}
          <FilterNote version={filter.version} reason={filter.reason} clear={clear} />
          {picked.length === 0 ? null : (
            <div className="ff-row" role="status">
              <span>{countOf(picked.length, 'device')} selected</span>
              <Button
                component="a"
                size="xs"
                href={`#/rollouts/new?devices=${picked.map((device) => device.id).join(',')}`}
              >
                Roll out to them
              </Button>
              <Button size="xs" variant="default" onClick={() => setChosen(new Set())}>
                Clear selection
              </Button>
            </div>
          )}
          <DataTable
            label="Devices"
            columns={COLUMNS}
            rows={shown}
            rowKey={(row) => row.id}
            rowName={(row) => row.name}
            rowAttributes={attributesOf}
            state={tableState}
            onState={setTableState}
            selection={{ chosen, onChange: setChosen }}
            empty={
              <EmptyNote
                title="No device matches"
                action={
                  <Button variant="default" onClick={clear}>
                    Clear filters
                  </Button>
                }
              >
                Change the text, the site or the state.
              </EmptyNote>
            }
          />
        </>
      )}
    </Page>
  );
}

function FilterNote(props: {
  readonly version: string;
  readonly reason: string;
  readonly clear: () => void;
}) {
  const parts = [
    props.version === '' ? '' : `running ${props.version}`,
    props.reason === '' ? '' : `with the reason "${props.reason}"`,
  ].filter(Boolean);
  if (parts.length === 0) return null;
  return (
    <div className="ff-row">
      <span>Only devices {parts.join(' and ')}.</span>
      <Button size="compact-sm" variant="subtle" onClick={props.clear}>
        Clear filters
      </Button>
    </div>
  );
}
