import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { Topic } from '../wire/link/overlay.ts';

/**
 * For each topic the neighbour that takes the place of the parent when the link with it ends: one that announced the latest item and
 * had it after no more hops than this node. So it is not below this node, and the link with it makes one tree again of the two that
 * the broken link left. Plumtree (section 3.7) lets the next item find the break; whoever asks for that first may be far down, and all
 * above it would hang from it then.
 */
export interface BackupParents {
  /** An item of the topic came, from `parent` unless it is this node's own or came in bulk. */
  onAccepted(topic: Topic, item: ItemId, parent: NodeId | undefined, hops: number): void;
  onAnnounced(topic: Topic, item: ItemId, by: NodeId, byHops: number, crosses: boolean): void;
  /** Whom to make eager instead of `peer`, once for each topic that it was the parent of. */
  onLinkDown(peer: NodeId): readonly Replacement[];
}

export interface Replacement {
  readonly topic: Topic;
  readonly by: NodeId;
}

interface Backup {
  readonly by: NodeId;
  readonly hops: number;
  /** It leads out of this node's site. */
  readonly crosses: boolean;
}

interface LatestItem {
  readonly item: ItemId;
  readonly parent: NodeId | undefined;
  readonly hops: number;
  backup: Backup | undefined;
}

/** A guess: topics whose parents are known; the one that was quiet longest goes first. */
const MAX_TOPICS = 1024;

export function createBackupParents(): BackupParents {
  const latest = new Map<Topic, LatestItem>();

  return {
    onAccepted: (topic, item, parent, hops) => {
      latest.delete(topic);
      latest.set(topic, { item, parent, hops, backup: undefined });
      const oldest = latest.size > MAX_TOPICS ? latest.keys().next().value : undefined;
      if (oldest !== undefined) latest.delete(oldest);
    },
    onAnnounced: (topic, item, by, byHops, crosses) => {
      const known = latest.get(topic);
      if (known?.item !== item || by === known.parent || byHops > known.hops) return;
      const backup = { by, hops: byHops, crosses };
      if (known.backup === undefined || isPreferred(backup, known.backup)) known.backup = backup;
    },
    onLinkDown: (peer) => {
      const replacements: Replacement[] = [];
      for (const [topic, known] of latest) {
        if (known.backup?.by === peer) known.backup = undefined;
        if (known.parent !== peer || known.backup === undefined) continue;
        replacements.push({ topic, by: known.backup.by });
        latest.set(topic, { ...known, parent: known.backup.by, backup: undefined });
      }
      return replacements;
    },
  };
}

function isPreferred(one: Backup, other: Backup): boolean {
  return one.crosses === other.crosses ? one.hops < other.hops : other.crosses;
}
