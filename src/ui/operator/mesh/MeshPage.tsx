import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { MeshLink } from '../../../store/model.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { countOf, formatBytes } from '../../components/format.ts';
import { useFleet } from '../FleetContext.tsx';
import { Page, Section } from '../Page.tsx';
import { useTableState } from '../useTableState.ts';
import { LinkByHand } from './LinkByHand.tsx';
import { MeshGraph } from './MeshGraph.tsx';
import './mesh.css';
import { layOutMesh } from './mesh-layout.ts';
import { RUNGS, rungOf } from './rungs.ts';
import { TurnedAway } from './TurnedAway.tsx';

/** Beyond this many nodes lines hide each other; the table still lists every link. */
const DRAWN_NODES = 400;

interface LinkRow extends MeshLink {
  readonly key: string;
  readonly fromName: string;
  readonly toName: string;
  /** One name within a site, two between sites. */
  readonly site: string;
}

const COLUMNS: readonly Column<LinkRow>[] = [
  { key: 'from', title: 'From', card: 'title', sortBy: (row) => row.fromName, cell: (row) => row.fromName },
  { key: 'to', title: 'To', sortBy: (row) => row.toName, cell: (row) => row.toName },
  { key: 'site', title: 'Site', sortBy: (row) => row.site, cell: (row) => row.site },
  { key: 'rung', title: 'Way', sortBy: (row) => row.rung, cell: (row) => rungOf(row.rung).label },
  {
    key: 'rtt',
    title: 'Round trip',
    numeric: true,
    sortBy: (row) => row.roundTripMs,
    cell: (row) =>
      row.roundTripMs === undefined ? (
        <span className="ff-quiet">unknown</span>
      ) : (
        `${row.roundTripMs < 10 ? row.roundTripMs.toFixed(1) : Math.round(row.roundTripMs)} ms`
      ),
  },
  {
    key: 'sent',
    title: 'Sent',
    numeric: true,
    sortBy: (row) => row.traffic?.bytesSent,
    cell: (row) => measuredOnly(row.traffic && formatBytes(row.traffic.bytesSent)),
  },
  {
    key: 'received',
    title: 'Received',
    numeric: true,
    sortBy: (row) => row.traffic?.bytesReceived,
    cell: (row) => measuredOnly(row.traffic && formatBytes(row.traffic.bytesReceived)),
  },
  {
    key: 'loss',
    title: 'Checks lost',
    numeric: true,
    sortBy: (row) => row.traffic?.lossShare,
    cell: (row) =>
      measuredOnly(
        row.traffic?.lossShare === undefined ? undefined : `${(row.traffic.lossShare * 100).toFixed(1)} %`,
      ),
  },
];

/** Links of others are known from their leases, which say the way and nothing else. */
function measuredOnly(text: string | undefined) {
  return text ?? <span className="ff-quiet">unknown</span>;
}

export default function MeshPage() {
  const mesh = useFleet((model) => model.mesh);
  const [state, setState] = useTableState({ sortKey: 'site', descending: false });
  const [linking, setLinking] = useState(false);
  const { ref, width } = useElementSize();
  const drawn = useMemo(() => mesh.nodes.slice(0, DRAWN_NODES), [mesh.nodes]);
  const layout = useMemo(() => layOutMesh(drawn, Math.max(320, width)), [drawn, width]);
  const links = useMemo(() => nameLinks(mesh), [mesh]);
  const siteCount = new Set(mesh.nodes.map((node) => node.site)).size;
  return (
    <Page
      name="mesh"
      title="Mesh"
      note={`${countOf(mesh.nodes.length, 'node')} and ${countOf(mesh.links.length, 'link')} that this node knows of`}
      actions={
        <>
          {links.length === 0 ? null : <ExportButtons name="links" rows={() => links.map(exportLink)} />}
          <Button size="compact-sm" variant="default" onClick={() => setLinking(true)}>
            Link by hand
          </Button>
        </>
      }
    >
      {linking ? <LinkByHand onClose={() => setLinking(false)} /> : null}
      <Section title="Links by site" aside={<Legend />}>
        <div ref={ref} className="ff-mesh-frame">
          {width === 0 ? null : (
            <MeshGraph
              layout={layout}
              links={mesh.links}
              label={`${countOf(mesh.nodes.length, 'node')} in ${countOf(siteCount, 'site')}, joined by ${countOf(
                mesh.links.length,
                'link',
              )}. The table below lists them.`}
            />
          )}
        </div>
        {mesh.nodes.length > DRAWN_NODES ? (
          <p className="ff-quiet">
            Drawn: the first {DRAWN_NODES} of {mesh.nodes.length.toLocaleString('en')} nodes. The table has
            all links.
          </p>
        ) : null}
      </Section>
      <Section title="Links">
        <DataTable
          label="Links"
          columns={COLUMNS}
          rows={links}
          rowKey={(row) => row.key}
          rowName={(row) => `${row.fromName} to ${row.toName}`}
          rowAttributes={(row) => ({
            'data-testid': 'mesh-link',
            'data-rung': row.rung,
            'data-measured': String(row.traffic !== undefined),
          })}
          state={state}
          onState={setState}
          empty={
            <EmptyNote title="This node has no link" action={<a href="#/pair">Pair a device</a>}>
              Links form when another node of the fleet is reachable. Settings shows the signaling servers.
            </EmptyNote>
          }
        />
      </Section>
      <TurnedAway />
    </Page>
  );
}

function Legend() {
  return (
    <ul className="ff-legend" aria-label="Kinds of link">
      {RUNGS.map((rung) => (
        <li key={rung.rung}>
          <svg viewBox="0 0 32 4" aria-hidden="true">
            <line x1="0" y1="2" x2="32" y2="2" data-rung={rung.rung} strokeDasharray={rung.dash} />
          </svg>
          {rung.label}
        </li>
      ))}
    </ul>
  );
}

function nameLinks(mesh: {
  nodes: readonly { id: string; name: string; site: string }[];
  links: readonly MeshLink[];
}): LinkRow[] {
  const names = new Map(mesh.nodes.map((node) => [node.id, node.name]));
  const sites = new Map(mesh.nodes.map((node) => [node.id, node.site || 'No site']));
  const siteOf = (link: MeshLink) =>
    [...new Set([sites.get(link.from), sites.get(link.to)])].sort().join(' – ');
  return mesh.links.map((link) => ({
    ...link,
    key: `${link.from} ${link.to}`,
    fromName: names.get(link.from) ?? link.from,
    toName: names.get(link.to) ?? link.to,
    site: siteOf(link),
  }));
}

function exportLink(link: LinkRow) {
  return {
    from: link.from,
    fromName: link.fromName,
    to: link.to,
    toName: link.toName,
    rung: link.rung,
    site: link.site,
    roundTripMs: link.roundTripMs,
    bytesSent: link.traffic?.bytesSent,
    bytesReceived: link.traffic?.bytesReceived,
    lossShare: link.traffic?.lossShare,
  };
}
