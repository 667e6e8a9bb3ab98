import { useMemo } from 'react';
import { useParams } from 'wouter';
import type { ReleaseRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { countOf, formatBytes, formatInstant } from '../../components/format.ts';
import { useFleet } from '../FleetContext.tsx';
import { MissingPage } from '../frame/MissingPage.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { CourseNote, RollOutAction } from '../going-back/ReleaseCourse.tsx';
import { PermissionList } from '../permissions/PermissionList.tsx';
import { newestOf } from '../rollouts/compare-folder.ts';
import { describeSelector } from '../rollouts/describe-selector.ts';
import { wordForStanding } from '../rollouts/rollout-status.ts';
import { useTableState } from '../useTableState.ts';
import { describeHealth, describeHeld } from './describe-release.ts';
import { FaultsSection } from './FaultsSection.tsx';
import { faultsOfRelease } from './release-faults.ts';

type FileRow = ReleaseRow['files'][number];

const FILE_COLUMNS: readonly Column<FileRow>[] = [
  {
    key: 'path',
    title: 'Path',
    card: 'title',
    sortBy: (row) => row.path,
    cell: (row) => <span className="ff-break">{row.path}</span>,
  },
  {
    key: 'size',
    title: 'Size',
    numeric: true,
    sortBy: (row) => row.sizeBytes,
    cell: (row) => formatBytes(row.sizeBytes),
  },
  {
    key: 'hash',
    title: 'SHA-256',
    card: 'wide',
    cell: (row) => <span className="ff-code ff-break">{row.hash}</span>,
  },
];

export default function ReleasePage() {
  const { id } = useParams<{ id: string }>();
  const release = useFleet((model) => model.releases.find((row) => row.id === id));
  const [state, setState] = useTableState({ sortKey: 'path', descending: false });
  if (release === undefined) return <MissingPage what="release" />;
  const name = `${release.product} ${release.label}`;
  return (
    <Page
      name="release"
      title={name}
      note={
        <>
          published <Ago atMs={release.publishedAtMs} /> by {release.authorName}
        </>
      }
      actions={<RollOutAction release={release} />}
    >
      <CourseNote release={release} />
      <Faults release={release} name={name} />
      <div className="ff-two">
        <Section title="Release">
          <ReleaseFacts release={release} />
        </Section>
        <Section title="Where it runs">
          <WhereItRuns release={release} />
        </Section>
      </div>
      <Section title="Asks for">
        <Asked release={release} />
      </Section>
      <Section
        title={`${countOf(release.files.length, 'file')}, ${formatBytes(release.sizeBytes)}`}
        aside={
          <ExportButtons
            name={`${release.product}-${release.version}-files`}
            rows={() => [...release.files]}
          />
        }
      >
        <DataTable
          label={`Files of ${name}`}
          columns={FILE_COLUMNS}
          rows={release.files}
          rowKey={(row) => row.path}
          rowName={(row) => row.path}
          state={state}
          onState={setState}
          empty={<EmptyNote title="No files">Its manifest names none.</EmptyNote>}
        />
      </Section>
    </Page>
  );
}

function Faults(props: { readonly release: ReleaseRow; readonly name: string }) {
  const { release, name } = props;
  const devices = useFleet((model) => model.devices);
  const faults = useMemo(() => faultsOfRelease(devices, release.id), [devices, release.id]);
  if (faults === undefined) return null;
  const gone = faults.devices - faults.stillRunning;
  return (
    <FaultsSection name={name} faults={faults}>
      <p className="ff-quiet">
        Told by devices that this browser hears one by one. Nothing is taken back for it: go back yourself, or
        roll out a release that mends it.
        {gone === 0 ? '' : ` ${countOf(gone, 'device runs', 'devices run')} another release now.`}
      </p>
    </FaultsSection>
  );
}

function ReleaseFacts(props: { readonly release: ReleaseRow }) {
  const { release } = props;
  return (
    <dl className="ff-facts">
      <div>
        <dt>Healthy when</dt>
        <dd>{describeHealth(release.health)}</dd>
      </div>
      <div>
        <dt>When it fails its trial</dt>
        <dd>
          {release.dataStays
            ? 'its data stays: the version before can read it'
            : 'the app’s data is put back as it was before'}
        </dd>
      </div>
      <div>
        <dt>Number</dt>
        <dd>release {release.counter}: devices take no lower one than they have run</dd>
      </div>
      <SameFiles release={release} />
      <div>
        <dt>Held here</dt>
        <dd>{describeHeld(release.held)}</dd>
      </div>
      <div>
        <dt>Published</dt>
        <dd>{formatInstant(release.publishedAtMs)}</dd>
      </div>
      <div>
        <dt>Signed by</dt>
        <dd>
          {release.authorName}
          <div className="ff-code ff-quiet">{release.author}</div>
        </dd>
      </div>
      <div>
        <dt>Entry</dt>
        <dd className="ff-code">{release.id}</dd>
      </div>
    </dl>
  );
}

function Asked(props: { readonly release: ReleaseRow }) {
  const { product, counter, permissions } = props.release;
  const releases = useFleet((model) => model.releases);
  const before = newestOf(
    releases.filter((row) => row.counter < counter),
    product,
  );
  return <PermissionList permissions={permissions} before={before} />;
}

function SameFiles(props: { readonly release: ReleaseRow }) {
  const { id, bundle } = props.release;
  const releases = useFleet((model) => model.releases);
  const others = releases.filter((row) => row.bundle === bundle && row.id !== id);
  if (others.length === 0) return null;
  return (
    <div>
      <dt>Same files as</dt>
      <dd>
        {others.map((row, index) => (
          <span key={row.id}>
            {index === 0 ? '' : ', '}
            <a href={`#/releases/${row.id}`}>release {row.counter}</a>
          </span>
        ))}
      </dd>
    </div>
  );
}

function WhereItRuns(props: { readonly release: ReleaseRow }) {
  const { release } = props;
  const devices = useFleet((model) => model.devices);
  const allRollouts = useFleet((model) => model.rollouts);
  const bySite = useMemo(() => {
    const counts = new Map<string, number>();
    for (const device of devices) {
      if (device.running?.release === release.id) counts.set(device.site, (counts.get(device.site) ?? 0) + 1);
    }
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  }, [devices, release.id]);
  const rollouts = allRollouts.filter((rollout) => rollout.release === release.id);
  const version = encodeURIComponent(`${release.product} ${release.label}`);
  return (
    <>
      {bySite.length === 0 ? (
        <p className="ff-quiet">No device has said that it runs this release.</p>
      ) : (
        <ul className="ff-list">
          {bySite.map(([site, count]) => (
            <li key={site} className="ff-row">
              <a href={`#/devices?site=${encodeURIComponent(site)}&version=${version}`}>{site}</a>
              <span className="ff-quiet">{countOf(count, 'device')}</span>
            </li>
          ))}
        </ul>
      )}
      <h3>Rollouts</h3>
      {rollouts.length === 0 ? (
        <p className="ff-quiet">Not rolled out yet.</p>
      ) : (
        <ul className="ff-list">
          {rollouts.map((rollout) => (
            <li key={rollout.id} className="ff-row">
              <a href={`#/rollouts/${rollout.id}`}>{describeSelector(rollout.select)}</a>
              <span className="ff-quiet">
                {wordForStanding(rollout.standing)}, started <Ago atMs={rollout.startedAtMs} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
