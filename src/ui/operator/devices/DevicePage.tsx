import { Button } from '@mantine/core';
import { useParams } from 'wouter';
import type { DeviceRow, ReceiptRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { formatBytes, formatClock, formatInstant } from '../../components/format.ts';
import { formatLabels } from '../../components/labels.ts';
import { StatusMark, StatusShape } from '../../components/StatusMark.tsx';
import {
  statusOfDevice,
  statusOfStage,
  wordForPresence,
  wordForSource,
} from '../../components/stage-status.ts';
import { DeviceConfig } from '../config/DeviceConfig.tsx';
import { useFleet } from '../FleetContext.tsx';
import { MissingPage } from '../frame/MissingPage.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { GoBackButton } from '../going-back/GoBackButton.tsx';
import { siteAddress } from '../mesh/site-words.ts';
import { useOpenSite } from '../mesh/useOpenSite.ts';
import { FaultsSection } from '../releases/FaultsSection.tsx';
import { DeviceTarget } from './DeviceTarget.tsx';
import { WatchedNote } from './WatchedNote.tsx';

export default function DevicePage() {
  const { id } = useParams<{ id: string }>();
  const device = useFleet((model) => model.devices.find((row) => row.id === id));
  useOpenSite(device?.site ?? '');
  if (device === undefined) return <MissingPage what="device" />;
  return (
    <Page
      name="device"
      title={device.name}
      note={
        <>
          {device.site}, seen <Ago atMs={device.lastSeenMs} />
        </>
      }
      actions={
        <>
          <GoBackButton from={{ type: 'device', device: device.id }} name={device.name} />
          <Button component="a" href={`#/rollouts/new?devices=${device.id}`} variant="default">
            Roll out to this device
          </Button>
        </>
      }
    >
      <WatchedNote site={device.site} />
      {device.reason === '' ? null : <p className="ff-problem">{device.reason}</p>}
      {device.freshness !== 'short' ? null : (
        <p className="ff-problem" data-testid="device-short">
          The storage of this device lost entries of the ledger. Neighbours send them again; until all that
          its last beacon named is back, it installs nothing. If this comes back, look at its disk.
        </p>
      )}
      <Faults device={device} />
      <div className="ff-two">
        <Section title="Now">
          <Facts device={device} />
        </Section>
        <Section
          title="Receipts"
          aside={<span className="ff-quiet">signed by the device, newest first</span>}
        >
          {device.receipts.length === 0 ? (
            <EmptyNote title="No receipt yet">
              The device signs one at each step of a rollout. It appears here when it has reached this node.
            </EmptyNote>
          ) : (
            <ol className="ff-timeline">
              {device.receipts.map((receipt, index) => (
                <Receipt
                  key={`${receipt.atMs} ${receipt.stage} ${receipt.version}`}
                  receipt={receipt}
                  newest={index === 0}
                />
              ))}
            </ol>
          )}
        </Section>
      </div>
      <Section title="Config" aside={<a href={`#/config?device=${device.id}`}>Change config</a>}>
        <DeviceConfig device={device.id} name={device.name} />
      </Section>
    </Page>
  );
}

const FRESHNESS: Readonly<Record<NonNullable<DeviceRow['freshness']>, string>> = {
  fresh: 'fresh: it heard a beacon in time and lacks nothing that it names',
  behind: 'behind: it lacks entries that a beacon names',
  stale: 'stale: it has heard no beacon for two intervals',
  unknown: 'it has heard no beacon yet',
  short: 'short: its storage lost entries that it had; neighbours send them again',
};

function Facts(props: { readonly device: DeviceRow }) {
  const { device } = props;
  return (
    <dl className="ff-facts">
      <div>
        <dt>State</dt>
        <dd>
          <StatusMark status={statusOfDevice(device.stage, device.presence)} />
          {device.heldUntilMs === undefined ? null : (
            <div className="ff-quiet" data-testid="device-held">
              waits for the release: busy until {formatClock(device.heldUntilMs)}
            </div>
          )}
        </dd>
      </div>
      <div>
        <dt>Presence</dt>
        <dd>{wordForPresence(device.presence)}</dd>
      </div>
      <div>
        <dt>Known by</dt>
        <dd data-testid="known-by" data-known-by={device.knownBy}>
          {wordForSource(device.knownBy)}
        </dd>
      </div>
      <div>
        <dt>Ledger</dt>
        <dd>
          {device.freshness === undefined
            ? 'unknown until the device says so'
            : `${device.knownBy === 'lease' ? '' : 'when it last said, '}${FRESHNESS[device.freshness]}`}
        </dd>
      </div>
      <div>
        <dt>Running</dt>
        <dd>
          {device.running === undefined ? (
            'unknown until the device says so'
          ) : (
            <a href={`#/releases/${device.running.release}`}>
              {device.running.product} {device.running.version}
            </a>
          )}
        </dd>
      </div>
      <div>
        <dt>Target</dt>
        <dd>
          <DeviceTarget device={device} />
        </dd>
      </div>
      <div>
        <dt>Site</dt>
        <dd>
          <a href={siteAddress(device.site)}>{device.site}</a>
        </dd>
      </div>
      <div>
        <dt>Labels</dt>
        <dd>{formatLabels(device.labels) || 'none'}</dd>
      </div>
      <div>
        <dt>Admitted</dt>
        <dd>{formatInstant(device.admittedAtMs)}</dd>
      </div>
      <div>
        <dt>Key</dt>
        <dd className="ff-stack">
          <span className="ff-code">{device.id}</span>
          <div>
            <CopyButton text={device.id} label="Copy key" />
          </div>
        </dd>
      </div>
    </dl>
  );
}

function Faults(props: { readonly device: DeviceRow }) {
  const { faults } = props.device;
  if (faults === undefined) return null;
  const texts = faults.texts.map(({ kind, text, count }) => ({ kind, text, devices: 1, times: count }));
  return (
    <FaultsSection
      name={`${faults.product} ${faults.version}`}
      faults={{ counts: faults.counts, sinceMs: faults.sinceMs, texts }}
    />
  );
}

/** A step that a later one followed is history: its mark is still, whatever it was then. */
function Receipt(props: { readonly receipt: ReceiptRow; readonly newest: boolean }) {
  const { receipt } = props;
  const status = statusOfStage(receipt.stage);
  return (
    <li>
      <StatusShape tone={!props.newest && status.tone === 'underway' ? 'still' : status.tone} />
      <div>
        <div className="ff-row">
          <strong>{status.label}</strong>
          <span>{receipt.version}</span>
          <span className="ff-quiet">
            <Ago atMs={receipt.atMs} />
          </span>
        </div>
        {receipt.reason === '' ? null : <div className="ff-break">{receipt.reason}</div>}
        <Provenance receipt={receipt} />
      </div>
    </li>
  );
}

function Provenance(props: { readonly receipt: ReceiptRow }) {
  const { bytesFromPeers, bytesFromPublisher } = props.receipt;
  if (bytesFromPeers === undefined && bytesFromPublisher === undefined) return null;
  return (
    <div className="ff-quiet">
      {bytesFromPeers === undefined ? 'unknown' : formatBytes(bytesFromPeers)} from peers,{' '}
      {bytesFromPublisher === undefined ? 'unknown' : formatBytes(bytesFromPublisher)} from the publisher
    </div>
  );
}
