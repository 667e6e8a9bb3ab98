import type { EntryId, FleetId, InfoHash, NodeId, ReleaseId, RolloutId } from '../core/wire/encoding/ids.ts';
import type { HeardRole } from '../core/wire/entry/grant.ts';
import type { HealthRule } from '../core/wire/entry/release.ts';
import type { Selector } from '../core/wire/entry/rollout.ts';
import type { DeviceStage, HeardStage } from '../core/wire/statement/device-stage.ts';
import type { ReleaseWarnings } from '../core/wire/statement/release-warnings.ts';
import type { Freshness, Rung } from '../core/wire/statement/statement.ts';
import type { PendingState } from '../runtime/joining/pending-invitation.ts';
import type { RoomState } from '../runtime/links/signaling-rooms.ts';
import type { RootModel } from './authority-model.ts';
import type { PendingStart } from './commands/rollouts.ts';

export type { DeviceStage, HealthRule, HeardStage, RoomState, Selector };

/** What the pages show. Rebuilt from what the runtime reports; nothing here is a source of truth. */
export interface FleetModel {
  readonly session: SessionModel;
  readonly devices: readonly DeviceRow[];
  readonly releases: readonly ReleaseRow[];
  readonly rollouts: readonly RolloutRow[];
  readonly people: readonly PersonRow[];
  readonly root: RootModel;
  readonly mesh: MeshModel;
  /** Every site that a device was admitted to, by name. */
  readonly sites: readonly SiteRow[];
  readonly watch: WatchModel;
  /** The rollout that is about to start, or how that ended, until it was told. */
  readonly pendingStart: PendingStart;
  /** Counts entries: it changes whenever the ledger does. */
  readonly ledgerRevision: number;
  /** Newest first, at most 1,000. */
  readonly activity: readonly ActivityItem[];
}

export type SessionModel =
  | { readonly type: 'opening' }
  | { readonly type: 'no-fleet' }
  | { readonly type: 'refused'; readonly reason: string; readonly remedy: string }
  | {
      readonly type: 'open';
      readonly self: NodeId;
      readonly fleet: FleetId;
      readonly fleetName: string;
      /** Rights of this node's key, as the ledger settles them. */
      readonly roles: readonly Role[];
      readonly signaling: readonly RoomState[];
      readonly storage: { readonly usedBytes: number; readonly quotaBytes: number } | undefined;
      /** False: the browser may delete what it keeps when it runs short. Undefined: not known. */
      readonly storagePersistent: boolean | undefined;
      /** Entries that this browser had and its storage lost, at least so many; 0 while nothing is missing. */
      readonly lostEntries: number;
      /** The invitation that this browser has not taken up yet; undefined when there is none. */
      readonly invitation: PendingState | undefined;
    };

export type Role = 'root' | HeardRole;

export interface DeviceRow {
  readonly id: NodeId;
  readonly name: string;
  readonly site: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly admittedAtMs: number;
  /**
   * `present`: its lease holds, or a summary that holds names it. `away`: it held one once. `never-seen`: this dashboard has never had
   * one. `unknown`: its site is not watched, and its summary does not tell.
   */
  readonly presence: 'present' | 'away' | 'never-seen' | 'unknown';
  /** On what this row rests: the device's own lease, its site's summary, or what this browser kept of it. */
  readonly knownBy: 'lease' | 'summary' | 'inventory';
  /** This node's wall clock at the last lease or receipt; undefined when never. */
  readonly lastSeenMs: number | undefined;
  /** Undefined until the device said so. */
  readonly running:
    | {
        readonly release: ReleaseId;
        readonly product: string;
        /** Here and wherever a row names a release: with its number where several of the product have this version. */
        readonly version: string;
      }
    | undefined;
  readonly stage: HeardStage | undefined;
  readonly target: { readonly release: ReleaseId; readonly version: string } | undefined;
  /** Present while it fetches. */
  readonly progress: { readonly bytesHere: number; readonly sizeBytes: number } | undefined;
  /** What it said of its ledger in its newest lease; undefined until then. */
  readonly freshness: Freshness | undefined;
  /** Why it failed, rolled back or refused; empty when nothing is wrong. */
  readonly reason: string;
  /** Newest first, at most 50. */
  readonly receipts: readonly ReceiptRow[];
}

export interface ReceiptRow {
  readonly atMs: number;
  readonly stage: HeardStage;
  readonly release: ReleaseId | undefined;
  readonly version: string;
  readonly reason: string;
  readonly bytesFromPublisher: number | undefined;
  readonly bytesFromPeers: number | undefined;
}

export interface ReleaseRow {
  readonly id: ReleaseId;
  readonly product: string;
  readonly version: string;
  /** The version, with the number where several releases of the product have it. */
  readonly label: string;
  readonly counter: number;
  /** The same for releases of the same files. */
  readonly bundle: InfoHash;
  readonly sizeBytes: number;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number; readonly hash: string }[];
  readonly health: HealthRule;
  readonly author: NodeId;
  readonly authorName: string;
  readonly publishedAtMs: number;
  /** Whether this node holds its bytes. */
  readonly held: 'whole' | 'partial' | 'none';
  /** Of its distinct files, once this node asked for them. */
  readonly progress: { readonly bytesHere: number; readonly sizeBytes: number } | undefined;
  /** Devices that said they run it. */
  readonly runningOn: number;
}

export interface RolloutRow {
  readonly id: RolloutId;
  readonly release: ReleaseId;
  readonly product: string;
  readonly version: string;
  readonly select: Selector;
  readonly author: NodeId;
  readonly authorName: string;
  readonly startedAtMs: number;
  /** Superseded: a newer rollout of the same product exists. Void: it does not count, or its release does not. */
  readonly standing: 'active' | 'superseded' | 'taken-back' | 'void';
  /** Why it is void or taken back; empty else. */
  readonly why: string;
  readonly devices: readonly RolloutDeviceRow[];
  readonly counts: {
    readonly matched: number;
    readonly committed: number;
    readonly underway: number;
    readonly failed: number;
    readonly waiting: number;
  };
}

export interface RolloutDeviceRow {
  readonly id: NodeId;
  readonly name: string;
  readonly site: string;
  readonly presence: DeviceRow['presence'];
  /** Undefined: nothing heard from it about this rollout. */
  readonly stage: HeardStage | undefined;
  readonly progress: DeviceRow['progress'];
  /** As its newest receipt about this rollout says; undefined before there is one. */
  readonly bytesFromPublisher: number | undefined;
  readonly bytesFromPeers: number | undefined;
  readonly reason: string;
  /** Of the release, while the device tried it. */
  readonly warnings: ReleaseWarnings;
  readonly changedAtMs: number | undefined;
}

/** A key that a grant names: a person's, or that of an invitation or backup which nobody or somebody may have taken up. */
export interface PersonRow {
  readonly id: NodeId;
  readonly name: string;
  readonly kind: 'person' | 'invitation';
  readonly roles: readonly Role[];
  readonly path: string;
  /** Empty where the root itself gave it. */
  readonly grantedBy: string;
  readonly mayGrant: boolean;
  /** `revoked`: the past may count, what the key signs from now on does not. */
  readonly standing: 'counts' | 'revoked' | 'expired' | 'void' | 'quarantined';
  readonly grantedAtMs: number;
  readonly self: boolean;
}

/** Which sites a person wants to hear device by device. */
export type WatchChoice =
  /** All while the fleet is small enough, then those that are opened. */
  | { readonly type: 'by-size' }
  | { readonly type: 'all' }
  | { readonly type: 'named'; readonly sites: readonly string[] };

/** Which sites this node hears device by device; of all others it hears summaries (G6, M15). */
export interface WatchModel {
  readonly choice: WatchChoice;
  readonly inForce:
    | { readonly type: 'all'; readonly sinceMs: number }
    | { readonly type: 'some'; readonly sites: ReadonlyMap<string, WatchedSite> };
}

export interface WatchedSite {
  readonly sinceMs: number;
  /** `open`: only as long as a page shows it. */
  readonly why: 'named' | 'open';
}

export interface SiteRow {
  readonly name: string;
  /** Devices that the ledger has admitted there. */
  readonly admitted: number;
  /** How many of them were seen within `withinMs`; undefined while nobody says. */
  readonly seen:
    | { readonly count: number; readonly by: 'leases' | 'summary'; readonly withinMs: number }
    | undefined;
  /** What those that were seen run, the most frequent first; empty while nobody says. */
  readonly running: readonly RunningCount[];
  /** The newest that was heard, also when it has run out. */
  readonly summary: SiteSummaryRow | undefined;
  /** The newest word of any kind from there; undefined when there never was one. */
  readonly lastHeardMs: number | undefined;
}

export interface RunningCount {
  /** "product version"; undefined: they run nothing, or do not say what. */
  readonly name: string | undefined;
  readonly release: ReleaseId | undefined;
  readonly count: number;
}

/** What one device of a site says of all of them. */
export interface SiteSummaryRow {
  readonly speaker: NodeId;
  readonly speakerName: string;
  readonly heardAtMs: number;
  /** False: it has run out, and tells what was. */
  readonly holds: boolean;
  readonly present: number;
  /** False: it names more devices than were admitted there, so that it cannot be right. */
  readonly credible: boolean;
  /** Others that speak for the site at the same time, as while it is in parts. */
  readonly otherSpeakers: number;
  readonly groups: readonly SiteGroupRow[];
}

/** Devices of a site that run the same and stand at the same stage of the same target. */
export interface SiteGroupRow {
  readonly running: string | undefined;
  readonly target: string | undefined;
  readonly stage: HeardStage | undefined;
  readonly count: number;
}

export interface MeshModel {
  readonly nodes: readonly MeshNode[];
  readonly links: readonly MeshLink[];
  /** Bans in force, newest first, then what else was turned away lately. */
  readonly turnedAway: readonly TurnedAwayRow[];
  /** Neighbours of a later version, by what they name that this one does not know (H14). */
  readonly later: readonly {
    readonly id: NodeId;
    readonly name: string;
    readonly features: readonly string[];
  }[];
}

/** A node that this one does not link with, or something of it that was refused. */
export interface TurnedAwayRow {
  readonly key: string;
  /** As it proved, or, where no link was made, as whoever introduced it says. */
  readonly id: NodeId;
  readonly name: string;
  readonly reason: string;
  readonly atMs: number;
  /** How often it was banned in a row, or the same was refused since this page was opened. */
  readonly times: number;
  /** Undefined: it was refused and may try again. */
  readonly bannedUntilMs: number | undefined;
}

export interface MeshNode {
  readonly id: NodeId;
  readonly name: string;
  readonly site: string;
  readonly kind: 'self' | 'device' | 'operator' | 'unknown';
}

export interface MeshLink {
  readonly from: NodeId;
  readonly to: NodeId;
  /** Measured at this node for its own links, told in leases for others'. */
  readonly rung: Rung;
  readonly roundTripMs: number | undefined;
  /** Undefined: a link between two others, of which only leases tell. */
  readonly traffic:
    | {
        readonly bytesSent: number;
        readonly bytesReceived: number;
        /** From 0 to 1. */
        readonly lossShare: number | undefined;
      }
    | undefined;
}

export interface ActivityItem {
  readonly key: string;
  readonly atMs: number;
  readonly severity: 'info' | 'good' | 'warning' | 'bad';
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
  /** The entry behind it, when there is one. */
  readonly entry: EntryId | undefined;
}
