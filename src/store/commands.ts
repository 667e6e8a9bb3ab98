import type { ConfigScope } from '../core/config/config.ts';
import type { Finding } from '../core/connectivity/findings.ts';
import type { FilesHere, PlannedStep, WayBack, WayBackFrom } from '../core/rollout/plan.ts';
import type { Step } from '../core/rollout/way-back.ts';
import type { NearbyAnswer } from '../core/wire/contact/nearby-server.ts';
import type { EntryId, FileHash, FleetId, NodeId, ReleaseId, RolloutId } from '../core/wire/encoding/ids.ts';
import type {
  AckOptions,
  AuthorityPreview,
  AuthorityReader,
  ProposalModel,
  RevokeOptions,
  RootGrantOptions,
  RootPlan,
  SigningOutcome,
} from './authority-model.ts';
import type { LedgerReader } from './ledger-model.ts';
import type { HealthRule, Selector, WatchChoice } from './model.ts';

export type { FilesHere, PlannedStep, Step, WayBack, WayBackFrom };

/**
 * What a person can ask of the node. Every promise that rejects does so with a CommandRefused, whose message is
 * ready to be shown.
 */
export interface Commands {
  createFleet(options: { fleetName: string; personName: string }): Promise<FleetId>;
  /** Takes an operator's invitation or any join link; a device link makes this an observer. */
  joinFleet(link: string, personName: string): Promise<FleetId>;
  /** A link that lets devices be admitted by themselves, or one person in with roles, until it expires. */
  invite(options: InviteOptions): Promise<string>;
  /** Meets the device that shows `code` (six characters), or that a pairing link names, and admits it. */
  pairDevice(options: {
    code: string;
    name: string;
    site: string;
    labels: Readonly<Record<string, string>>;
  }): Promise<NodeId>;
  /** Looks at a folder before anything is signed, and reads all of it unless something is wrong. Rejects with FolderStale. */
  inspectFolder(files: readonly FolderFile[], options: InspectOptions): Promise<FolderReport>;
  /** Rejects with FolderStale; nothing is signed then. */
  publishRelease(options: {
    /** Of the report. */
    files: readonly HashedFile[];
    product: string;
    version: string;
    health: HealthRule;
    onProgress: (progress: PublishProgress) => void;
  }): Promise<ReleaseId>;
  /** Devices of the fleet that the selector names now; late-comers that match join by themselves. */
  preview(select: Selector): readonly NodeId[];
  /** What it takes to carry the steps out, now. */
  planRollouts(steps: readonly Step[]): readonly PlannedStep[];
  /** How devices come back to what each was to run before, or all of them to `to`. */
  wayBack(from: WayBackFrom, to: ReleaseId | undefined): WayBack;
  /** Rolls releases out, the later steps over the earlier. What devices would refuse is published again first, under the next number. */
  startRollouts(steps: readonly Step[]): Promise<RolloutId>;
  /** What of a release's files this browser holds. */
  filesHere(release: ReleaseId): Promise<FilesHere>;
  /** Fetches them from other nodes; the release's row says how far it is. */
  fetchFiles(release: ReleaseId): Promise<void>;
  /** Sets a key for all devices of a scope; undefined removes it there. */
  setConfig(options: { scope: ConfigScope; key: string; value: unknown }): Promise<EntryId>;
  /** Writes a service that releases look up by name, or changes it. */
  setService(service: { name: string; address: string; note: string }): Promise<EntryId>;
  removeService(name: string): Promise<EntryId>;
  /** Takes back what a key may sign: at once, or by a proposal that other root keys sign. */
  revokeKey(options: RevokeOptions): Promise<SigningOutcome>;
  /** What `revokeKey` would change. Nothing is signed. */
  previewRevoke(options: RevokeOptions): Promise<AuthorityPreview>;
  /** Makes entries count that do not. */
  ackEntries(options: AckOptions): Promise<SigningOutcome>;
  previewAck(options: AckOptions): Promise<AuthorityPreview>;
  /** Makes the next root, or a proposal of it while others must sign. Refused where this browser has signed another of that version. */
  proposeRoot(plan: RootPlan): Promise<SigningOutcome>;
  /** Gives a key rights in the root's name: at once where one root key is enough. */
  grantByRoot(options: RootGrantOptions): Promise<SigningOutcome>;
  /** The proposal for the next root that this browser has signed; undefined when it has signed none. */
  signedRoot(): Promise<EntryId | undefined>;
  /** Reads a pasted proposal and checks its signatures; several copies may stand after each other. */
  readProposal(text: string): Promise<ProposalModel>;
  /** Adds this browser's signature; the last one writes the entry. `instead` is as in a RootPlan. */
  cosignProposal(text: string, instead: EntryId | undefined): Promise<SigningOutcome>;
  authority(): AuthorityReader;
  /** The text of a file from which another browser takes over this person's roles, with a key of its own. */
  makeBackup(passphrase: string): Promise<string>;
  /** Joins the fleet of a backup as the person who made it. */
  restoreBackup(file: string, passphrase: string): Promise<FleetId>;
  /** The first text of a link that needs no server: two people carry texts between two browsers of the fleet. */
  offerByHand(): Promise<{ readonly text: string; readonly accept: (answer: string) => Promise<NodeId> }>;
  /** The text that answers such a first text. */
  answerByHand(offer: string): Promise<{ readonly text: string; readonly linked: Promise<NodeId> }>;
  /** Which sites this browser hears device by device, from now on and after a restart. */
  watchSites(choice: WatchChoice): Promise<void>;
  /** A page shows this site: it is watched until the returned function is called. */
  openSite(site: string): () => void;
  /** Servers on the network of the server that this page came from. */
  nearbyServers(): Promise<NearbyAnswer>;
  /** First contact is made there too from now on, and links that are made here name it. Refused when it is no address of one. */
  addSignaling(url: string): Promise<void>;
  removeSignaling(url: string): Promise<void>;
  /** Takes back the ban of a node, in this browser alone. */
  liftBan(peer: NodeId): Promise<void>;
  /** Reads the ledger. Throws a CommandRefused when there is no fleet. */
  ledger(): LedgerReader;
  /** Tries each rung of the ladder to other nodes from here; resolves when all is tried. Needs no fleet. */
  diagnose(onFinding: (finding: Finding) => void): Promise<void>;
  /** Forgets the fleet, the keys and all content of this browser. */
  leaveFleet(): Promise<void>;
}

export type InviteOptions =
  | {
      readonly for: 'device';
      readonly site: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly validMs: number;
    }
  | {
      readonly for: 'operator';
      readonly roles: readonly ('operator' | 'release')[];
      /** Where they reach: "/", or for releases alone a path below /releases. */
      readonly path: string;
      readonly validMs: number;
    };

export interface FolderFile {
  /** Relative to the folder that was dropped, with "/" between names. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly read: () => Promise<Blob>;
}

export interface HashedFile extends FolderFile {
  readonly hash: FileHash;
}

export interface InspectOptions {
  /** Keys of what is left out otherwise. */
  readonly include: ReadonlySet<string>;
  readonly onProgress: (progress: { readonly doneBytes: number; readonly sizeBytes: number }) => void;
  /** Rejects with its reason when another folder is looked at instead. */
  readonly signal: AbortSignal;
}

/** `cutting`: the torrent's pieces are made. */
export interface PublishProgress {
  readonly stage: 'storing' | 'cutting' | 'signing';
  readonly doneBytes: number;
  readonly sizeBytes: number;
}

export interface FolderReport {
  /** What would be published, by path; empty while there are problems. */
  readonly files: readonly HashedFile[];
  readonly fileCount: number;
  readonly sizeBytes: number;
  /** From package.json, when the folder has one. */
  readonly suggestedProduct: string | undefined;
  readonly suggestedVersion: string | undefined;
  /** What no app needs on a device, or nobody should read there. */
  readonly leftOut: readonly LeftOutModel[];
  /** Folders one level down that could be published where this one cannot. */
  readonly startable: readonly string[];
  /** Reasons not to publish; empty when it can be. Each says what, where and what to do. */
  readonly problems: readonly string[];
}

export interface LeftOutModel {
  /** What `include` names it by. */
  readonly key: string;
  readonly kind: 'version-control' | 'system' | 'source-maps' | 'secret';
  readonly paths: readonly string[];
  readonly sizeBytes: number;
  /** It is published all the same. */
  readonly included: boolean;
}

export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** The folder is not what it was when it was chosen: it has to be chosen again. */
export class FolderStale extends CommandRefused {}
