/** What the tests of hostile neighbours can have the page do. Ids and bytes travel as base64url. */
export interface HostileNode {
  /** Joins with a link and resolves with this node's key. It takes the link's invitation up when its grant has come. */
  join(link: string): Promise<string>;
  /** Nodes that this one is linked with. */
  peers(): readonly string[];
  /** Ids of the entries that this node has accepted itself. */
  entries(): readonly string[];
  /** What the invitation gave to this node's key. */
  roles(): readonly string[];
  /** The release of that version, once its entry is here. */
  release(version: string): string | undefined;
  /** Fetches the release's bytes and passes them on. */
  seed(release: string): void;
  holdsWhole(release: string): boolean;
  /** From now on every block of a release that goes out over a new wire has a wrong byte. */
  tamper(): void;
  /** Reasons of the alarms that other nodes have raised. */
  alarms(): readonly string[];
  /** Makes an entry without asking the own ledger; resolves with its id and envelope. */
  craft(entry: Forgery): Promise<Crafted>;
  /** An entry that is here, with one bit of `text` turned where it stands in it. */
  turnBit(id: string, text: string): Promise<Crafted>;
  /** Sends the envelopes to that peer alone, as an entries message. */
  sendEntries(peer: string, envelopes: readonly string[]): void;
  /** Sends one frame as it is. */
  sendFrame(peer: string, frame: string): void;
  /** Sends the frame again and again at that rate, whenever there is a connection to the peer, until the page is closed. */
  flood(peer: string, frame: string, perSecond: number): void;
  /** Frames of the flood that went out. */
  flooded(): number;
  /** Sends all entries that are here again and again, as fast as the line takes them, until the page is closed. */
  floodKnown(peer: string): void;
  floodedBytes(): number;
  /** Connections to that peer that have ended. */
  endings(peer: string): number;
  /** Begins as many handshakes with that peer, each under a key of its own, and leaves them. */
  leaveHandshakes(link: string, peer: string, count: number): Promise<void>;
  leftHandshakes(): { readonly opened: number; readonly refused: number };
  /** Opens bulk channels that nobody offered and writes that many bytes of garbage on each. */
  openChannels(peer: string, count: number, sizeBytes: number): void;
  /** The key of who founded the fleet. */
  founder(): string;
  /** Publishes, by the honest way, a release whose manifest names another SHA-256 than its torrent's bytes have. */
  publishLie(version: string): Promise<string>;
  /** Starts a rollout of the release to all devices by the honest way. */
  rollOut(release: string): Promise<string>;
  close(): Promise<void>;
}

export interface Forgery {
  readonly content:
    | { readonly type: 'release'; readonly version: string; readonly counter: number }
    | { readonly type: 'rollout'; readonly release: string; readonly number: number };
  /** Entries that it says it follows. */
  readonly parents: readonly string[];
  /** Under which grant it claims to act: that of the fleet's founder, or this node's own. */
  readonly grant: 'founder' | 'own';
  /** Whom it names as its author. */
  readonly author: 'founder' | 'self';
  /** Under whose key the signature is listed; the signature itself is always made by this node. */
  readonly signer: 'founder' | 'self';
}

export interface Crafted {
  readonly id: string;
  readonly envelope: string;
}

declare global {
  interface Window {
    hostile: HostileNode;
  }
}
