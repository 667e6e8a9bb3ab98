import { NativeSelect, useMantineColorScheme } from '@mantine/core';
import { wordsForRoles } from '../../../store/role-words.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { formatBytes, formatPercent } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import type { Status } from '../../components/stage-status.ts';
import { type OpenSession, useOpenSession } from '../FleetContext.tsx';
import { InviteForm } from '../forms/InviteForm.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { WatchLine } from '../mesh/WatchLine.tsx';
import { BackupForm } from './BackupForm.tsx';
import { LeaveFleet } from './LeaveFleet.tsx';
import { People } from './People.tsx';
import { RootSection } from './RootSection.tsx';
import { SignalingServers } from './SignalingServers.tsx';
import { VoidedEntries } from './VoidedEntries.tsx';

export default function SettingsPage() {
  const session = useOpenSession();
  return (
    <Page name="settings" title="Settings" note={session.fleetName}>
      <div className="ff-two">
        <Section title="Fleet and this browser">
          <Identity session={session} />
        </Section>
        <Section title="Appearance">
          <Appearance />
        </Section>
      </div>
      <Section title="People">
        <People />
      </Section>
      <Section title="Entries that do not count">
        <VoidedEntries />
      </Section>
      <div className="ff-two">
        <Section title="Invite a person">
          <p className="ff-quiet">They join with a key of their own that never leaves their browser.</p>
          <InviteForm for="operator" />
        </Section>
        <Section title="Root">
          <RootSection />
        </Section>
      </div>
      <Section title="Sites">
        <p className="ff-quiet">
          Which sites this browser hears device by device. It is this browser's own choice, kept over
          restarts.
        </p>
        <WatchLine />
      </Section>
      <Section title="Signaling servers">
        <SignalingServers />
      </Section>
      <Section title="Backup">
        <BackupForm />
      </Section>
      <Section title="Leave this fleet">
        <LeaveFleet />
      </Section>
    </Page>
  );
}

function Identity(props: { readonly session: OpenSession }) {
  const { session } = props;
  return (
    <dl className="ff-facts">
      <div>
        <dt>Fleet id</dt>
        <dd className="ff-stack">
          <span className="ff-code">{session.fleet}</span>
          <div>
            <CopyButton text={session.fleet} label="Copy id" />
          </div>
        </dd>
      </div>
      <div>
        <dt>This key</dt>
        <dd className="ff-stack">
          <span className="ff-code">{session.self}</span>
          <div>
            <CopyButton text={session.self} label="Copy key" />
          </div>
        </dd>
      </div>
      <div>
        <dt>Roles</dt>
        <dd>{session.roles.length === 0 ? 'none: this node only watches' : wordsForRoles(session.roles)}</dd>
      </div>
      <div>
        <dt>Storage</dt>
        <dd>
          {session.storage === undefined
            ? 'unknown'
            : `${formatBytes(session.storage.usedBytes)} of ${formatBytes(session.storage.quotaBytes)} (${formatPercent(
                session.storage.usedBytes,
                session.storage.quotaBytes,
              )})`}
        </dd>
      </div>
      <div>
        <dt>Kept safe</dt>
        <dd>
          <StatusMark status={persistence(session.storagePersistent)} />
          {session.storagePersistent === false ? (
            <div className="ff-quiet">
              The browser may delete the keys when it runs short. Install this page as an app, or bookmark it,
              then reload.
            </div>
          ) : null}
        </dd>
      </div>
    </dl>
  );
}

function persistence(persistent: boolean | undefined): Status {
  if (persistent === undefined) return { tone: 'unknown', label: 'Not known' };
  return persistent ? { tone: 'good', label: 'Yes' } : { tone: 'warning', label: 'No' };
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <NativeSelect
        label="Colours"
        value={colorScheme}
        data={[
          { value: 'auto', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
        onChange={(event) => {
          const { value } = event.currentTarget;
          setColorScheme(value === 'light' || value === 'dark' ? value : 'auto');
        }}
      />
      <p className="ff-quiet">Press ? on any page for its keyboard shortcuts.</p>
    </>
  );
}
