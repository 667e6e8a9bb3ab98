import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import type { MeshNode } from '../../../store/model.ts';

export interface PlacedNode {
  readonly node: MeshNode;
  readonly x: number;
  readonly y: number;
}

export interface PlacedSite {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface MeshLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<NodeId, PlacedNode>;
  readonly sites: readonly PlacedSite[];
}

const NODE_SPACING = 34;
const SITE_PADDING = 28;
const GAP = 32;
const TITLE_HEIGHT = 24;

/**
 * Places sites in rows and the nodes of a site on a ring. It depends on names and ids alone, so that a picture stays
 * the same while links come and go, and two people who look at one fleet see one picture.
 */
export function layOutMesh(nodes: readonly MeshNode[], widthPx: number): MeshLayout {
  const groups = groupBySite(nodes);
  const placed = new Map<NodeId, PlacedNode>();
  const sites: PlacedSite[] = [];
  let x = GAP;
  let y = GAP;
  let rowHeight = 0;
  let width = 0;
  for (const [name, members] of groups) {
    const ring =
      members.length < 2 ? 0 : Math.max(NODE_SPACING, (members.length * NODE_SPACING) / (2 * Math.PI));
    const radius = ring + SITE_PADDING;
    if (x > GAP && x + 2 * radius + GAP > widthPx) {
      x = GAP;
      y += rowHeight + GAP;
      rowHeight = 0;
    }
    const centre = { x: x + radius, y: y + TITLE_HEIGHT + radius };
    sites.push({ name, ...centre, radius });
    members.forEach((node, index) => {
      const angle = (2 * Math.PI * index) / members.length - Math.PI / 2;
      placed.set(node.id, {
        node,
        x: Math.round(centre.x + ring * Math.cos(angle)),
        y: Math.round(centre.y + ring * Math.sin(angle)),
      });
    });
    x += 2 * radius + GAP;
    width = Math.max(width, x);
    rowHeight = Math.max(rowHeight, 2 * radius + TITLE_HEIGHT);
  }
  return { width: Math.round(width), height: Math.round(y + rowHeight + GAP), nodes: placed, sites };
}

function groupBySite(nodes: readonly MeshNode[]): readonly (readonly [string, readonly MeshNode[]])[] {
  const groups = new Map<string, MeshNode[]>();
  for (const node of nodes) {
    const group = groups.get(node.site);
    if (group === undefined) groups.set(node.site, [node]);
    else group.push(node);
  }
  const byKey = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  for (const group of groups.values()) group.sort((a, b) => byKey(a.name, b.name) || byKey(a.id, b.id));
  return [...groups].sort(([a], [b]) => byKey(a, b));
}
