import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { RolloutRow } from '../../../store/model.ts';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { countOf, formatPercent, formatSpan } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import { useNow } from '../../components/useNow.ts';
import { useFleet, useOpenSession } from '../FleetContext.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { RolloutBar } from '../frame/RolloutBar.tsx';
import { describeSelector } from '../rollouts/describe-selector.ts';
import { findAttention } from './attention.ts';
import { countSeen } from './count-seen.ts';
import { countFleetVersions } from './count-versions.ts';

export default function OverviewPage() {
  const session = useOpenSession();
  const deviceCount = useFleet((model) => model.devices.length);
  const releaseCount = useFleet((model) => model.releases.length);
  const activeCount = useFleet(({ rollouts }) => rollouts.filter(isActive).length);
  return (
    <Page
      name="overview"
      title={session.fleetName}
      actions={
        <>
          <Button component="a" href="#/pair" variant="default">
            Pair a device
          </Button>
          <Button component="a" href="#/rollouts/new">
            New rollout
          </Button>
        </>
      }
    >
      <NextStep devices={deviceCount} releases={releaseCount} />
      <dl className="ff-numbers">
        <Figure label="Devices" value={deviceCount} href="#/devices" />
        <Seen />
        <Figure label="Releases" value={releaseCount} href="#/releases" />
        <Figure label="Active rollouts" value={activeCount} href="#/rollouts" />
      </dl>
      <div className="ff-two">
        <Attention />
        <Versions />
      </div>
      <ActiveRollouts />
    </Page>
  );
}

function isActive({ standing }: RolloutRow): boolean {
  return standing === 'active';
}

function Seen() {
  const seen = countSeen(useFleet((model) => model.sites));
  return (
    <Figure
      label={`Seen within ${formatSpan(seen.withinMs)}`}
      value={seen.count}
      note={seen.silentSites === 0 ? '' : `and of ${countOf(seen.silentSites, 'site')} it is not known`}
      href="#/devices?state=present"
    />
  );
}

function ActiveRollouts() {
  const active = useFleet(useShallow(({ rollouts }) => rollouts.filter(isActive).slice(0, 5)));
  if (active.length === 0) return null;
  return (
    <Section title="Active rollouts">
      <ul className="ff-list ff-list-wide">
        {active.map((rollout) => (
          <li key={rollout.id} className="ff-stack">
            <div className="ff-row">
              <a href={`#/rollouts/${rollout.id}`}>
                {rollout.product} {rollout.version}
              </a>
              <span className="ff-quiet">{describeSelector(rollout.select)}</span>
            </div>
            <RolloutBar counts={rollout.counts} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Figure(props: {
  readonly label: string;
  readonly value: number;
  readonly note?: string;
  readonly href: string;
}) {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>
        <a href={props.href} className="ff-figure">
          {props.value.toLocaleString('en')}
        </a>
        {(props.note ?? '') === '' ? null : <div className="ff-quiet">{props.note}</div>}
      </dd>
    </div>
  );
}

function NextStep(props: { readonly devices: number; readonly releases: number }) {
  if (props.devices === 0) {
    return (
      <EmptyNote
        title="Next: pair a device"
        action={
          <Button component="a" href="#/pair">
            Pair the first device
          </Button>
        }
      >
        Open the kiosk page on any device with a browser. It shows a code of six characters; enter it here.
      </EmptyNote>
    );
  }
  if (props.releases > 0) return null;
  return (
    <EmptyNote
      title="Next: roll something out"
      action={
        <Button component="a" href="#/rollouts/new">
          Drop a folder
        </Button>
      }
    >
      Drop the folder of a web app with an index.html. It is signed here and goes from device to device.
    </EmptyNote>
  );
}

function Attention() {
  const session = useOpenSession();
  const devices = useFleet((model) => model.devices);
  const rollouts = useFleet((model) => model.rollouts);
  const nowMs = useNow();
  const items = useMemo(
    () => findAttention({ devices, rollouts, session, nowMs }),
    [devices, rollouts, session, nowMs],
  );
  return (
    <Section title="Needs attention">
      {items.length === 0 ? (
        <StatusMark status={{ tone: 'good', label: 'Nothing that this node knows of' }} />
      ) : (
        <ul className="ff-list">
          {items.map((item) => (
            <li key={item.key} className="ff-attention">
              <StatusMark status={{ tone: item.tone, label: item.count }} />
              <span className="ff-break">{item.text}</span>
              <a href={item.href} aria-label={`${item.action}: ${item.text}`}>
                {item.action}
              </a>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Versions() {
  const releases = useFleet((model) => model.releases);
  const deviceCount = useFleet((model) => model.devices.length);
  const versions = countFleetVersions(releases, deviceCount);
  return (
    <Section title="Versions in the fleet">
      {versions.length === 0 ? (
        <p className="ff-quiet">Shown once devices have been paired.</p>
      ) : (
        <ul className="ff-list">
          {versions.map((version) => (
            <li key={version.name} className="ff-version">
              <a href={`#/devices?version=${encodeURIComponent(version.name)}`}>{version.name}</a>
              <span className="ff-bar" aria-hidden="true">
                <span
                  data-tone={version.known ? 'underway' : 'unknown'}
                  style={{ width: `${(100 * version.count) / deviceCount}%` }}
                />
              </span>
              <span className="ff-version-count">
                {countOf(version.count, 'device')}{' '}
                <span className="ff-quiet">{formatPercent(version.count, deviceCount)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
