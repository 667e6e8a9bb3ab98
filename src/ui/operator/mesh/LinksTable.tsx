import { NativeSelect, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import type { MeshLink, MeshModel } from '../../../store/model.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import type { ExportRow } from '../../components/delimited.ts';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { formatBytes } from '../../components/format.ts';
import { useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../frame/hash-location.ts';
import { useTableState } from '../useTableState.ts';
import { RUNGS, rungOf } from './rungs.ts';

interface LinkRow extends MeshLink {
  readonly key: string;
  readonly fromName: string;
  readonly toName: string;
  /** Sites at its ends: one within a site, two between sites. */
  readonly sites: readonly string[];
}

const COLUMNS: readonly Column<LinkRow>[] = [
  { key: 'from', title: 'From', card: 'title', sortBy: (row) => row.fromName, cell: (row) => row.fromName },
  { key: 'to', title: 'To', sortBy: (row) => row.toName, cell: (row) => row.toName },
  { key: 'site', title: 'Site', sortBy: siteWords, cell: siteWords },
  {
    key: 'rung',
    title: 'Way',
    sortBy: (row) => RUNGS.findIndex(({ rung }) => rung === row.rung),
    cell: (row) => rungOf(row.rung).label,
  },
  {
    key: 'rtt',
    title: 'Round trip',
    numeric: true,
    sortBy: (row) => row.roundTripMs,
    cell: (row) =>
      known(
        row.roundTripMs === undefined
          ? undefined
          : `${row.roundTripMs < 10 ? row.roundTripMs.toFixed(1) : Math.round(row.roundTripMs)} ms`,
      ),
  },
  {
    key: 'sent',
    title: 'Sent',
    numeric: true,
    sortBy: (row) => row.traffic?.bytesSent,
    cell: (row) => known(row.traffic && formatBytes(row.traffic.bytesSent)),
  },
  {
    key: 'received',
    title: 'Received',
    numeric: true,
    sortBy: (row) => row.traffic?.bytesReceived,
    cell: (row) => known(row.traffic && formatBytes(row.traffic.bytesReceived)),
  },
  {
    key: 'loss',
    title: 'Checks lost',
    numeric: true,
    sortBy: (row) => row.traffic?.lossShare,
    cell: (row) => <Loss link={row} />,
  },
];

/** Links by site, as this node measures its own and as the leases of others tell theirs. `site`: only links with an end there. */
export function LinksTable(props: { readonly site?: string }) {
  const mesh = useFleet((model) => model.mesh);
  const [params, setParams] = usePageParams();
  const [state, setState] = useTableState({ sortKey: 'site', descending: false });
  const [text, way] = [params.get('q') ?? '', params.get('way') ?? ''];
  const links = useMemo(() => nameLinks(mesh, props.site), [mesh, props.site]);
  const shown = useMemo(() => links.filter((link) => matches(link, text, way)), [links, text, way]);
  return (
    <>
      {links.length === 0 ? null : (
        <search className="ff-filters">
          <TextInput
            type="search"
            label="Filter links"
            placeholder="Node or site"
            value={text}
            onChange={(event) => setParams({ q: event.currentTarget.value, page: '' })}
          />
          <NativeSelect
            label="Way"
            value={way}
            data={[
              { value: '', label: 'All ways' },
              ...RUNGS.map(({ rung, label }) => ({ value: rung, label })),
            ]}
            onChange={(event) => setParams({ way: event.currentTarget.value, page: '' })}
          />
          <ExportButtons name="links" rows={() => shown.map(exportLink)} />
        </search>
      )}
      <DataTable
        label="Links"
        columns={COLUMNS}
        rows={shown}
        rowKey={(row) => row.key}
        rowName={(row) => `${row.fromName} to ${row.toName}`}
        rowAttributes={(row) => ({
          'data-testid': 'mesh-link',
          'data-rung': row.rung,
          'data-measured': String(row.traffic !== undefined),
        })}
        {...(state.sortKey === 'site' ? { groupBy: siteWords } : {})}
        state={state}
        onState={setState}
        empty={
          links.length > 0 ? (
            <EmptyNote title="No link matches">Change the text or the way.</EmptyNote>
          ) : (
            <EmptyNote title="No link is known" action={<a href="#/pair">Pair a device</a>}>
              Links form when another node of the fleet is reachable. Of a site that is not watched only this
              browser's own links are known.
            </EmptyNote>
          )
        }
      />
    </>
  );
}

/** Links of others are known from their leases, which say the way and nothing else. */
function known(text: string | undefined) {
  return text ?? <span className="ff-quiet">unknown</span>;
}

function Loss(props: { readonly link: LinkRow }) {
  const { traffic, rung } = props.link;
  if (traffic?.lossShare !== undefined) return `${(traffic.lossShare * 100).toFixed(1)} %`;
  return traffic !== undefined && rung === 'relay' ? (
    <span className="ff-quiet" title="A relay is a TCP connection: what is lost is sent again">
      none to lose
    </span>
  ) : (
    known(undefined)
  );
}

function siteWords({ sites }: LinkRow): string {
  return sites.join(' – ');
}

function matches(link: LinkRow, text: string, way: string): boolean {
  const words = `${link.fromName} ${link.toName} ${siteWords(link)}`.toLowerCase();
  return (way === '' || link.rung === way) && words.includes(text.trim().toLowerCase());
}

function nameLinks(mesh: MeshModel, site: string | undefined): readonly LinkRow[] {
  const nodes = new Map(mesh.nodes.map((node) => [node.id, node]));
  return mesh.links.flatMap((link): LinkRow[] => {
    const ends = [nodes.get(link.from), nodes.get(link.to)];
    if (site !== undefined && !ends.some((end) => end?.site === site)) return [];
    return [
      {
        ...link,
        key: `${link.from} ${link.to}`,
        fromName: ends[0]?.name ?? link.from,
        toName: ends[1]?.name ?? link.to,
        sites: [...new Set(ends.map((end) => end?.site || 'No site'))].sort(),
      },
    ];
  });
}

function exportLink(link: LinkRow): ExportRow {
  return {
    from: link.from,
    fromName: link.fromName,
    to: link.to,
    toName: link.toName,
    rung: link.rung,
    site: siteWords(link),
    roundTripMs: link.roundTripMs,
    bytesSent: link.traffic?.bytesSent,
    bytesReceived: link.traffic?.bytesReceived,
    lossShare: link.traffic?.lossShare,
  };
}
