import type { Finding } from '../../core/connectivity/findings.ts';
import type { NearbyAnswer } from '../../core/wire/contact/nearby-server.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { WatchChoice } from '../model.ts';

/** How this browser meets other nodes, and whom it hears. */
export interface MeshCommands {
  /** The first text of a link that needs no server: two people carry texts between two browsers of the fleet. */
  offerByHand(): Promise<{ readonly text: string; readonly accept: (answer: string) => Promise<NodeId> }>;
  /** The text that answers such a first text. */
  answerByHand(offer: string): Promise<{ readonly text: string; readonly linked: Promise<NodeId> }>;
  /** Which sites this browser hears device by device, from now on and after a restart. */
  watchSites(choice: WatchChoice): Promise<void>;
  /** A page shows this site: it is watched until the returned function is called. */
  openSite(site: string): () => void;
  /** Takes back the ban of a node, in this browser alone. */
  liftBan(peer: NodeId): Promise<void>;
  /** Servers on the network of the server that this page came from. */
  nearbyServers(): Promise<NearbyAnswer>;
  /** First contact is made there too from now on, and links that are made here name it. Refused when it is no address of one. */
  addSignaling(url: string): Promise<void>;
  removeSignaling(url: string): Promise<void>;
  /** Tries each rung of the ladder to other nodes from here; resolves when all is tried. Needs no fleet. */
  diagnose(onFinding: (finding: Finding) => void): Promise<void>;
}
