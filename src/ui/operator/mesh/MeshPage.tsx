import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { countOf } from '../../components/format.ts';
import { useFleet } from '../FleetContext.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { LaterNeighbours } from './LaterNeighbours.tsx';
import { LinkByHand } from './LinkByHand.tsx';
import { LinksTable } from './LinksTable.tsx';
import { MeshGraph } from './MeshGraph.tsx';
import './mesh.css';
import { layOutMesh } from './mesh-layout.ts';
import { RUNGS } from './rungs.ts';
import { SitesTable } from './SitesTable.tsx';
import { TurnedAway } from './TurnedAway.tsx';
import { WatchLine } from './WatchLine.tsx';

/** Beyond this many nodes lines hide each other; the table still lists every link. */
const DRAWN_NODES = 400;

export default function MeshPage() {
  const mesh = useFleet((model) => model.mesh);
  const [linking, setLinking] = useState(false);
  const { ref, width } = useElementSize();
  const drawn = useMemo(() => mesh.nodes.slice(0, DRAWN_NODES), [mesh.nodes]);
  const layout = useMemo(() => layOutMesh(drawn, Math.max(320, width)), [drawn, width]);
  const siteCount = new Set(mesh.nodes.map((node) => node.site)).size;
  return (
    <Page
      name="mesh"
      title="Mesh"
      note={`${countOf(mesh.nodes.length, 'node')} and ${countOf(mesh.links.length, 'link')} that this node knows of`}
      actions={
        <Button size="compact-sm" variant="default" onClick={() => setLinking(true)}>
          Link by hand
        </Button>
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
      <Section title="Sites">
        <WatchLine />
        <SitesTable />
      </Section>
      <Section title="Links">
        <LinksTable />
        <LaterNeighbours />
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
