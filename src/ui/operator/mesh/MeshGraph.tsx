import type { MeshLink, MeshNode } from '../../../store/model.ts';
import type { MeshLayout } from './mesh-layout.ts';
import { rungOf } from './rungs.ts';

/** A small mesh grows to fill the page, but not to where its lines look like pipes. */
const LARGEST_SCALE = 1.5;

/** Nodes on the ring of their site and the links between them. One image to a screen reader; the table is its twin. */
export function MeshGraph(props: {
  readonly layout: MeshLayout;
  readonly links: readonly MeshLink[];
  readonly label: string;
}) {
  const { layout } = props;
  return (
    <svg
      className="ff-mesh"
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      style={{ maxWidth: layout.width * LARGEST_SCALE }}
    >
      {layout.sites.map((site) => (
        <g key={site.name}>
          <circle className="ff-mesh-site" cx={site.x} cy={site.y} r={site.radius} />
          <text className="ff-mesh-title" x={site.x} y={site.y - site.radius - 8} textAnchor="middle">
            {site.name === '' ? 'No site' : site.name}
          </text>
        </g>
      ))}
      {props.links.map((link) => {
        const from = layout.nodes.get(link.from);
        const to = layout.nodes.get(link.to);
        if (from === undefined || to === undefined) return null;
        return (
          <line
            key={`${link.from} ${link.to}`}
            x1={from.x}
            y1={from.y}
            x2={to.x}
            y2={to.y}
            data-rung={link.rung}
            strokeDasharray={rungOf(link.rung).dash}
          />
        );
      })}
      {[...layout.nodes.values()].map(({ node, x, y }) => (
        <g key={node.id} className="ff-mesh-node" data-kind={node.kind} transform={`translate(${x} ${y})`}>
          <title>{`${node.name}, ${node.site}`}</title>
          <NodeShape kind={node.kind} />
        </g>
      ))}
    </svg>
  );
}

function NodeShape(props: { readonly kind: MeshNode['kind'] }) {
  switch (props.kind) {
    case 'self':
      return <rect x="-8" y="-8" width="16" height="16" transform="rotate(45)" />;
    case 'operator':
      return <rect x="-7" y="-7" width="14" height="14" rx="2" />;
    case 'device':
      return <circle r="7" />;
    case 'unknown':
      return <circle r="6" strokeDasharray="3 2" />;
  }
}
