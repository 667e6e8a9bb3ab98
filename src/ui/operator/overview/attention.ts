import { wordsForInvitation } from '../../../store/invitation-words.ts';
import type { DeviceRow, RolloutRow } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';
import { needsAttention, type Tone } from '../../components/stage-status.ts';
import type { OpenSession } from '../FleetContext.tsx';
import { groupByReason } from '../rollouts/group-by-reason.ts';

export interface AttentionItem {
  readonly key: string;
  readonly tone: Tone;
  readonly count: string;
  readonly text: string;
  readonly action: string;
  readonly href: string;
}

/** A guess: a shop closed for a night is no trouble, one silent for a day may be. */
export const LONG_AWAY_MS = 24 * 3_600_000;
/** Share of the quota beyond which the browser may refuse the next release; a guess. */
const NEARLY_FULL = 0.9;

/** What a person should look at, the worst first, devices grouped by their reason. */
export function findAttention(input: {
  readonly devices: readonly DeviceRow[];
  readonly session: OpenSession;
  readonly rollouts: readonly RolloutRow[];
  readonly nowMs: number;
}): readonly AttentionItem[] {
  return [
    ...findFailed(input.devices),
    ...findShort(input.devices),
    ...findVoid(input),
    ...findAway(input),
    ...findOwn(input.session),
  ];
}

function findFailed(devices: readonly DeviceRow[]): AttentionItem[] {
  return groupByReason(devices.filter((device) => needsAttention(device.stage))).map((group) => ({
    key: `reason ${group.reason}`,
    tone: 'bad',
    count: countOf(group.rows.length, 'device'),
    text: group.reason,
    action: 'Show',
    href: `#/devices?state=attention&reason=${encodeURIComponent(group.rows[0]?.reason ?? '')}`,
  }));
}

function findShort(devices: readonly DeviceRow[]): AttentionItem[] {
  const short = devices.filter((device) => device.freshness === 'short');
  if (short.length === 0) return [];
  return [
    {
      key: 'short',
      tone: 'warning',
      count: countOf(short.length, 'device'),
      text: 'Storage lost entries of the ledger: neighbours send them again',
      action: 'Show',
      href: '#/devices?state=short',
    },
  ];
}

/** What this person started and no device follows, until they have started another of the product. */
function findVoid(input: {
  readonly rollouts: readonly RolloutRow[];
  readonly session: OpenSession;
}): AttentionItem[] {
  const own = input.rollouts.filter(({ author }) => author === input.session.self);
  return own
    .filter(
      (rollout) =>
        rollout.standing === 'void' &&
        !own.some(
          ({ product, startedAtMs }) => product === rollout.product && startedAtMs > rollout.startedAtMs,
        ),
    )
    .map((rollout) => ({
      key: `void ${rollout.id}`,
      tone: 'bad',
      count: 'Your rollout',
      text: `No device follows ${rollout.product} ${rollout.version}: ${rollout.why}`,
      action: 'Show',
      href: `#/rollouts/${rollout.id}`,
    }));
}

function findAway(input: {
  readonly devices: readonly DeviceRow[];
  readonly nowMs: number;
}): AttentionItem[] {
  const away = input.devices.filter(
    (device) =>
      device.presence === 'away' &&
      device.lastSeenMs !== undefined &&
      input.nowMs - device.lastSeenMs > LONG_AWAY_MS,
  );
  if (away.length === 0) return [];
  return [
    {
      key: 'away',
      tone: 'warning',
      count: countOf(away.length, 'device'),
      text: 'Not seen for more than a day',
      action: 'Show',
      href: '#/devices?state=away&sort=seen',
    },
  ];
}

function findOwn(session: OpenSession): AttentionItem[] {
  const items: AttentionItem[] = [];
  const here = { tone: 'warning', count: 'This browser', action: 'Settings', href: '#/settings' } as const;
  if (session.invitation !== undefined) {
    const { title, text, needsAnother } = wordsForInvitation(session.invitation, 'this browser');
    const advice =
      needsAnother === 'no' ? '' : ' If you need a new one, ask for it and open its link in this browser.';
    items.push({ ...here, key: 'invitation', text: `${title}. ${text}${advice}` });
  }
  if (session.lostEntries > 0) {
    items.push({
      ...here,
      tone: 'bad',
      key: 'lost entries',
      text: `Its storage lost ${countOf(session.lostEntries, 'entry', 'entries')} of the ledger: other nodes send them again as soon as they are linked`,
    });
  }
  if (session.storagePersistent === false) {
    items.push({
      ...here,
      key: 'storage',
      text: 'The browser may delete what this node keeps when it runs short',
    });
  }
  const { storage } = session;
  if (storage !== undefined && storage.usedBytes > NEARLY_FULL * storage.quotaBytes) {
    items.push({ ...here, key: 'quota', text: 'Storage is nearly full: the next release may not fit' });
  }
  if (session.signaling.length > 0 && session.signaling.every((row) => row.state !== 'joined')) {
    items.push({
      ...here,
      key: 'signaling',
      text: 'No signaling server: links stay, newcomers cannot find this node',
    });
  }
  return items;
}
