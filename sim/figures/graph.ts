import type { NodeIndex } from '../network/topology.ts';

/** Who is linked with whom, as both ends see it; of living nodes alone. */
export interface Graph {
  readonly nodes: readonly NodeIndex[];
  readonly neighbors: (node: NodeIndex) => readonly NodeIndex[];
}

export function graphOf(
  nodes: readonly NodeIndex[],
  linked: (node: NodeIndex) => { keys(): Iterable<NodeIndex>; has(node: NodeIndex): boolean },
): Graph {
  const all = new Set(nodes);
  const both = new Map<NodeIndex, readonly NodeIndex[]>();
  for (const node of nodes) {
    const neighbors: NodeIndex[] = [];
    for (const other of linked(node).keys())
      if (all.has(other) && linked(other).has(node)) neighbors.push(other);
    both.set(node, neighbors);
  }
  return { nodes, neighbors: (node) => both.get(node) ?? [] };
}

/** Connected components, largest first. */
export function componentsOf(graph: Graph): readonly (readonly NodeIndex[])[] {
  const seen = new Set<NodeIndex>();
  const components: NodeIndex[][] = [];
  for (const node of graph.nodes) {
    if (seen.has(node)) continue;
    const component = [...depthsFrom(graph, node).keys()];
    for (const member of component) seen.add(member);
    components.push(component);
  }
  return components.sort((a, b) => b.length - a.length);
}

/** Breadth-first depth of all that can be reached. */
function depthsFrom(graph: Graph, origin: NodeIndex): ReadonlyMap<NodeIndex, number> {
  const depths = new Map([[origin, 0]]);
  // A Map yields what is added to it while it is walked.
  for (const [node, depth] of depths)
    for (const neighbor of graph.neighbors(node)) if (!depths.has(neighbor)) depths.set(neighbor, depth + 1);
  return depths;
}

export function depthFrom(graph: Graph, origin: NodeIndex): number {
  let deepest = 0;
  for (const depth of depthsFrom(graph, origin).values()) deepest = Math.max(deepest, depth);
  return deepest;
}
