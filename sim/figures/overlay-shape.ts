import type { Fleet } from '../fleet/fleet.ts';
import { mean, quantile } from './distribution.ts';
import { componentsOf } from './graph.ts';

/** What the links look like now. */
export interface OverlayShape {
  readonly nodes: number;
  readonly components: number;
  readonly largestComponent: number;
  readonly degreeLeast: number;
  readonly degreeMedian: number;
  readonly degreeMost: number;
  /** Share of the links whose ends are in one site. */
  readonly linksInSite: number;
  /** Sites of two nodes or more of which no link leads out, among those with a node alive. */
  readonly sitesCutOff: number;
}

export function overlayShape({ graph, topology }: Fleet): OverlayShape {
  const links = graph();
  const components = componentsOf(links);
  const degrees = links.nodes.map((node) => links.neighbors(node).length);
  const inSite = links.nodes.map(
    (node) => links.neighbors(node).filter((peer) => topology.siteOf[peer] === topology.siteOf[node]).length,
  );
  const linked = degrees.reduce((sum, degree) => sum + degree, 0);
  const crossing = new Set(
    links.nodes.filter((_, at) => inSite[at]! < degrees[at]!).map((node) => topology.siteOf[node]),
  );
  return {
    nodes: links.nodes.length,
    components: components.length,
    largestComponent: components[0]?.length ?? 0,
    degreeLeast: quantile(degrees, 0),
    degreeMedian: quantile(degrees, 0.5),
    degreeMost: quantile(degrees, 1),
    linksInSite: linked === 0 ? 0 : (mean(inSite) * inSite.length) / linked,
    sitesCutOff: new Set(links.nodes.map((node) => topology.siteOf[node])).size - crossing.size,
  };
}
