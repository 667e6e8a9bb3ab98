import { Button } from '@mantine/core';
import type { SiteGroupRow, SiteRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { countOf } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import { statusOfStage } from '../../components/stage-status.ts';
import { useNow } from '../../components/useNow.ts';
import { useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../frame/hash-location.ts';
import { MissingPage } from '../frame/MissingPage.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { useTableState } from '../useTableState.ts';
import { LinksTable } from './LinksTable.tsx';
import { Speaker } from './SitesTable.tsx';
import { doubtWords, runningWords, seenWords, watchedWords } from './site-words.ts';
import { useOpenSite } from './useOpenSite.ts';
import { WatchLine } from './WatchLine.tsx';

/** One site: how its devices are, who says so, and its links. It is watched while this page is open. */
export default function SitePage() {
  const [params] = usePageParams();
  const name = params.get('name') ?? '';
  const site = useFleet((model) => model.sites.find((row) => row.name === name));
  useOpenSite(name);
  if (site === undefined) return <MissingPage what="site" />;
  return (
    <Page
      name="site"
      title={site.name || 'No site'}
      note={
        <>
          {countOf(site.admitted, 'device')} admitted, last heard <Ago atMs={site.lastHeardMs} />
        </>
      }
      actions={
        <Button component="a" href={`#/devices?site=${encodeURIComponent(site.name)}`} variant="default">
          Show its devices
        </Button>
      }
    >
      <WatchLine />
      <div className="ff-two">
        <Section title="Now">
          <SiteFacts site={site} />
        </Section>
        <Section
          title="Its last summary"
          aside={
            site.summary === undefined ? null : (
              <span className="ff-quiet">
                {site.summary.holds ? 'heard' : 'has run out, heard'} <Ago atMs={site.summary.heardAtMs} />
              </span>
            )
          }
        >
          <Groups groups={site.summary?.groups ?? []} />
        </Section>
      </div>
      <Section title="Links of this site">
        <LinksTable site={site.name} />
      </Section>
    </Page>
  );
}

function SiteFacts(props: { readonly site: SiteRow }) {
  const { site } = props;
  const watch = useFleet((model) => model.watch);
  const nowMs = useNow();
  const doubt = doubtWords(site, nowMs);
  return (
    <dl className="ff-facts">
      <div>
        <dt>Devices seen</dt>
        <dd>
          {seenWords(site)}
          {doubt === '' ? null : <div className="ff-quiet">{doubt}</div>}
        </dd>
      </div>
      <div>
        <dt>They run</dt>
        <dd>{runningWords(site) || 'unknown until one of them is seen'}</dd>
      </div>
      <div>
        <dt>Known by</dt>
        <dd>
          {site.seen === undefined
            ? 'nothing that holds now'
            : site.seen.by === 'leases'
              ? "the devices' own word"
              : "the site's summary"}
        </dd>
      </div>
      <div>
        <dt>Speaks for it</dt>
        <dd>
          <Speaker site={site} />
        </dd>
      </div>
      <div>
        <dt>Watched</dt>
        <dd data-testid="site-watched">{watchedWords(watch, site.name, nowMs)}</dd>
      </div>
    </dl>
  );
}

interface NumberedGroup extends SiteGroupRow {
  readonly key: string;
}

const GROUPS: readonly Column<NumberedGroup>[] = [
  {
    key: 'count',
    title: 'Devices',
    numeric: true,
    sortBy: (row) => row.count,
    cell: (row) => row.count.toLocaleString('en'),
  },
  {
    key: 'running',
    title: 'Running',
    card: 'title',
    sortBy: (row) => row.running,
    cell: (row) => row.running ?? <span className="ff-quiet">nothing, or not known here</span>,
  },
  {
    key: 'stage',
    title: 'State',
    sortBy: (row) => statusOfStage(row.stage).label,
    cell: (row) => <StatusMark status={statusOfStage(row.stage)} />,
  },
  {
    key: 'target',
    title: 'Target',
    sortBy: (row) => row.target,
    cell: (row) => row.target ?? <span className="ff-quiet">none</span>,
  },
];

function Groups(props: { readonly groups: readonly SiteGroupRow[] }) {
  const [state, setState] = useTableState({ sortKey: 'count', descending: true }, 'group-');
  return (
    <DataTable
      label="Groups of the summary"
      columns={GROUPS}
      rows={props.groups.map((group, index) => ({ ...group, key: String(index) }))}
      rowKey={(row) => row.key}
      rowName={(row) => row.running ?? 'nothing'}
      state={state}
      onState={setState}
      empty={
        <EmptyNote title="No summary names a device">
          One device of a site says every half minute how many are there and what they run.
        </EmptyNote>
      }
    />
  );
}
