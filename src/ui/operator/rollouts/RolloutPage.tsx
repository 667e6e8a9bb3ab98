import { Button, NativeSelect } from '@mantine/core';
import { useMemo } from 'react';
import { useParams } from 'wouter';
import type { RolloutDeviceRow, RolloutRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { countOf, formatInstant } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import { needsAttention, statusOfDevice, wordForPresence } from '../../components/stage-status.ts';
import { ByteProgress } from '../devices/DeviceTarget.tsx';
import { useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../frame/hash-location.ts';
import { MissingPage } from '../frame/MissingPage.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { RolloutBar } from '../frame/RolloutBar.tsx';
import { GoBackButton } from '../going-back/GoBackButton.tsx';
import { useTableState } from '../useTableState.ts';
import { describeSelector, takesLateComers } from './describe-selector.ts';
import { groupByReason } from './group-by-reason.ts';
import { statusOfRollout } from './rollout-status.ts';
import { VoidRollout } from './VoidRollout.tsx';
import { WarningsSection } from './WarningsSection.tsx';

function statusOf(row: RolloutDeviceRow) {
  if (row.stage === undefined)
    return { tone: 'unknown', label: `No word yet, ${wordForPresence(row.presence).toLowerCase()}` } as const;
  return statusOfDevice(row.stage, row.presence);
}

const COLUMNS: readonly Column<RolloutDeviceRow>[] = [
  {
    key: 'name',
    title: 'Device',
    card: 'title',
    sortBy: (row) => row.name,
    cell: (row) => <a href={`#/devices/${row.id}`}>{row.name}</a>,
  },
  { key: 'site', title: 'Site', sortBy: (row) => row.site, cell: (row) => row.site },
  {
    key: 'state',
    title: 'State',
    card: 'title',
    sortBy: (row) => statusOf(row).label,
    cell: (row) => <StatusMark status={statusOf(row)} />,
  },
  {
    key: 'fetched',
    title: 'Fetched',
    sortBy: (row) =>
      row.progress === undefined ? undefined : row.progress.bytesHere / row.progress.sizeBytes,
    cell: (row) =>
      row.progress === undefined || row.presence !== 'present' ? null : (
        <ByteProgress progress={row.progress} />
      ),
  },
  {
    key: 'changed',
    title: 'Changed',
    sortBy: (row) => row.changedAtMs,
    cell: (row) => <Ago atMs={row.changedAtMs} />,
  },
  {
    key: 'reason',
    title: 'Reason',
    card: 'wide',
    sortBy: (row) => (row.reason === '' ? undefined : row.reason),
    cell: (row) => (row.reason === '' ? null : <span className="ff-reason">{row.reason}</span>),
  },
];

const SHOW = [
  { value: '', label: 'All devices' },
  { value: 'attention', label: 'Needs attention' },
  { value: 'open', label: 'Not committed' },
  { value: 'committed', label: 'Committed' },
];

function isShown(row: RolloutDeviceRow, show: string, reason: string): boolean {
  if (reason !== '' && row.reason !== reason) return false;
  if (show === 'attention') return needsAttention(row.stage);
  if (show === 'open') return row.stage !== 'committed';
  return show !== 'committed' || row.stage === 'committed';
}

const attributesOf = (row: RolloutDeviceRow) => ({
  'data-testid': 'rollout-device',
  'data-device-name': row.name,
  'data-stage': row.stage ?? 'unknown',
  'data-bytes-here': textOf(row.progress?.bytesHere),
  'data-size-bytes': textOf(row.progress?.sizeBytes),
  'data-bytes-from-publisher': textOf(row.bytesFromPublisher),
  'data-bytes-from-peers': textOf(row.bytesFromPeers),
  'data-reason': row.reason,
});

export default function RolloutPage() {
  const { id } = useParams<{ id: string }>();
  const rollout = useFleet((model) => model.rollouts.find((row) => row.id === id));
  const [params, setParams] = usePageParams();
  const [state, setState] = useTableState({ sortKey: 'name', descending: false });
  const show = params.get('show') ?? '';
  const reason = params.get('reason') ?? '';
  const devices = rollout?.devices;
  const rows = useMemo(
    () => devices?.filter((row) => isShown(row, show, reason)) ?? [],
    [devices, show, reason],
  );
  if (rollout === undefined) return <MissingPage what="rollout" />;
  const name = `${rollout.product} ${rollout.version}`;
  if (rollout.standing === 'void' || rollout.standing === 'taken-back')
    return <VoidRollout rollout={rollout} name={name} />;
  return (
    <Page
      name="rollout"
      title={name}
      note={
        <>
          {describeSelector(rollout.select)}. Started <Ago atMs={rollout.startedAtMs} /> by{' '}
          {rollout.authorName}.
        </>
      }
      actions={
        <>
          <StatusMark status={statusOfRollout(rollout)} />
          <GoBackButton from={{ type: 'rollout', rollout: rollout.id }} name={name} />
        </>
      }
    >
      {rollout.standing === 'superseded' ? (
        <p className="ff-note">A newer rollout of {rollout.product} exists: devices follow that one.</p>
      ) : null}
      <Section title="Progress">
        <RolloutBar counts={rollout.counts} />
        <p className="ff-quiet">
          {takesLateComers(rollout.select)
            ? 'Devices that match later join by themselves. '
            : 'The list of devices is fixed. '}
          Release <a href={`#/releases/${rollout.release}`}>{name}</a>, signed{' '}
          {formatInstant(rollout.startedAtMs)}.
        </p>
      </Section>
      <Troubles rollout={rollout} />
      <WarningsSection rollout={rollout} />
      <Section
        title="Devices"
        aside={
          <ExportButtons
            name={`rollout-${rollout.product}-${rollout.version}`}
            rows={() => rows.map(exportRow)}
          />
        }
      >
        <div className="ff-row">
          <NativeSelect
            aria-label="Show"
            data={SHOW}
            value={show}
            onChange={(event) => setParams({ show: event.currentTarget.value, reason: '', page: '' })}
          />
          {reason === '' ? null : (
            <>
              <span className="ff-quiet ff-break">with the reason "{reason}"</span>
              <Button size="compact-sm" variant="subtle" onClick={() => setParams({ reason: '', page: '' })}>
                Show all
              </Button>
            </>
          )}
        </div>
        <DataTable
          label={`Devices of ${name}`}
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => row.id}
          rowName={(row) => row.name}
          rowAttributes={attributesOf}
          state={state}
          onState={setState}
          empty={
            rollout.devices.length === 0 ? (
              <EmptyNote title="No device matches yet" action={<a href="#/pair">Pair a device</a>}>
                The rollout stands: a device that matches it later will follow it.
              </EmptyNote>
            ) : (
              <EmptyNote title="No device is in this state">Choose another state above.</EmptyNote>
            )
          }
        />
      </Section>
    </Page>
  );
}

function Troubles(props: { readonly rollout: RolloutRow }) {
  const { rollout } = props;
  const [, setParams] = usePageParams();
  const failed = rollout.devices.filter((row) => needsAttention(row.stage));
  if (failed.length === 0) return null;
  const retry = `#/rollouts/new?release=${rollout.release}&devices=${failed.map((row) => row.id).join(',')}`;
  return (
    <Section
      title="What went wrong"
      aside={
        rollout.standing === 'active' ? (
          <a href={retry}>Roll out again to {countOf(failed.length, 'device')}</a>
        ) : null
      }
    >
      <ul className="ff-list">
        {groupByReason(failed).map((group) => (
          <li key={group.reason} className="ff-row">
            <StatusMark status={{ tone: 'bad', label: countOf(group.rows.length, 'device') }} />
            <span className="ff-break ff-grow">{group.reason}</span>
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => setParams({ show: 'attention', reason: group.rows[0]?.reason ?? '', page: '' })}
            >
              Show them
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Empty when it is not known, which is not zero. */
function textOf(count: number | undefined): string {
  return count === undefined ? '' : String(count);
}

function exportRow(row: RolloutDeviceRow) {
  return {
    id: row.id,
    name: row.name,
    site: row.site,
    presence: wordForPresence(row.presence),
    stage: row.stage,
    bytesHere: row.progress?.bytesHere,
    sizeBytes: row.progress?.sizeBytes,
    bytesFromPublisher: row.bytesFromPublisher,
    bytesFromPeers: row.bytesFromPeers,
    reason: row.reason,
    warnings: row.warnings.total,
    changedAt: row.changedAtMs === undefined ? undefined : new Date(row.changedAtMs).toISOString(),
  };
}
