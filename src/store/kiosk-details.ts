import type { Freshness, Rung } from '../core/wire/statement/statement.ts';
import { clocksOf } from '../runtime/joining/pending-invitation.ts';
import type { NodeRuntime } from '../runtime/node-runtime.ts';
import { clockWords, wordsForInvitation } from './invitation-words.ts';
import type { KioskModel } from './kiosk-model.ts';

/** A fact of a screen, for a person who stands before it. */
export interface DetailsFact {
  readonly name: string;
  readonly value: string;
}

export interface KioskDetails {
  readonly facts: readonly DetailsFact[];
  /** Why the last update did not stay; empty when it did. */
  readonly reason: string;
}

const FRESHNESS: Readonly<Record<Freshness, string>> = {
  fresh: 'up to date',
  behind: 'behind: something that was announced has not arrived',
  stale: 'no operator’s dashboard was heard lately',
  unknown: 'not known: no operator’s dashboard was ever heard',
  short: 'incomplete: its storage lost entries',
};

const WAYS: Readonly<Record<Rung, string>> = {
  lan: 'same network',
  punched: 'direct',
  'turn-udp': 'TURN',
  'turn-tcp': 'TURN',
  relay: 'relay',
  unknown: '',
};

export function kioskDetails(
  model: Extract<KioskModel, { type: 'joined' }>,
  runtime: NodeRuntime,
  nowMs: number,
): KioskDetails {
  const { node } = runtime;
  const own = node.book.newest(node.self, 'lease')?.statement.content;
  const clocks = clocksOf(runtime, nowMs);
  const { running, target, invitation, lostEntries, heldUntilMs } = model;
  const told = invitation && wordsForInvitation(invitation, 'this screen');
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Screen', model.deviceName ?? 'not admitted'],
    ['Site', model.site],
    ['Fleet', model.fleetName],
    ['Runs', running && `${running.product} ${running.version}`],
    ['Last update', target && `${target.version}, ${model.stage.replace('-', ' ')}`],
    [
      'Waits for the app',
      heldUntilMs === undefined
        ? undefined
        : `busy until ${new Date(heldUntilMs).toLocaleTimeString()} at most`,
    ],
    ['Invitation', told && `${told.title}. ${told.text}`],
    ['Neighbours', neighbours(runtime)],
    [
      'Signaling',
      runtime
        .rooms()
        .map(({ url, state }) => `${url}, ${state}`)
        .join('; ') || 'no server',
    ],
    ['Ledger', own?.type === 'lease' ? FRESHNESS[own.freshness] : undefined],
    ['Lost entries', lostEntries > 0 ? String(lostEntries) : undefined],
    ['Clock', `${new Date(nowMs).toLocaleString()}${clocks ? `, ${clockWords(clocks)}` : ''}`],
    ['Key', node.self.slice(0, 8)],
  ];
  return {
    facts: facts.flatMap(([name, value]) => (value ? [{ name, value }] : [])),
    reason: model.reason,
  };
}

/** "Till 1 (same network), Ada (relay)". */
function neighbours({ node }: NodeRuntime): string {
  const { devices, grants } = node.view();
  const names = Array.from(node.links, ([peer, { rung }]) => {
    const name =
      devices.get(peer)?.body.name ??
      grants.find(({ body }) => body.keys.includes(peer) && !body.invitation)?.body.name ??
      peer.slice(0, 8);
    return WAYS[rung] === '' ? name : `${name} (${WAYS[rung]})`;
  });
  return names.sort().join(', ') || 'none in reach';
}
