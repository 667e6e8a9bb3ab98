import { grantTo, keyOf } from '../../core/ledger/testing/entry-writer.ts';
import { manifestOf } from '../../core/ledger/testing/random-history.ts';
import { nextCounter } from '../../core/rollout/course.ts';
import { bytesOfId, type InfoHash, type ReleaseId } from '../../core/wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../../core/wire/entry/admission.ts';
import type { Entry } from '../../core/wire/entry/entry.ts';
import { releaseBody, releasePath } from '../../core/wire/entry/release.ts';
import { ackBody, revokeBody } from '../../core/wire/entry/revoke.ts';
import { rolloutBody, rolloutPath, type Selector } from '../../core/wire/entry/rollout.ts';
import { modeBody } from '../../core/wire/entry/tree.ts';
import type { HeardStage } from '../../core/wire/statement/device-stage.ts';
import { prefixOf } from '../../core/wire/statement/site-summary.ts';
import type { WatchModel } from '../model.ts';
import type { ShownNode } from './shown-node.ts';

/** One step of a fleet as a few small numbers: fast-check shrinks numbers well. */
export type Step = readonly number[];

export const STEP_WIDTH = 6;

const SITES = ['Pier', 'Quay', 'Lock'];
const DEVICES = Array.from({ length: 9 }, (_, index) => keyOf(`device ${index}`));
const PEOPLE = ['ben', 'cyd'];
const STRANGERS = [keyOf('stranger 0'), keyOf('stranger 1')];
const STAGES: readonly (HeardStage | undefined)[] = ['committed', 'fetching', 'failed', 'idle', undefined];
const PRODUCTS = ['menu', 'board'];

type Choices = readonly [number, number, number, number, number];

/** What a fleet begins with: everything after is chance. */
export function beginFleet(fleet: ShownNode): void {
  for (const name of PEOPLE) fleet.write({ action: 'grant', parents: [], body: grantTo([name]) });
  for (const index of DEVICES.keys()) admit(fleet, [index, index, index, 0, 0]);
  for (const product of PRODUCTS) fleet.write(releaseOf(fleet, product, 0, '1.0'));
  rollOut(fleet, 0, 0, 0);
}

/** Does to the fleet what the step says; what the ledger refuses changes nothing. */
export function playStep(fleet: ShownNode, [kind = 0, a = 0, b = 0, c = 0, d = 0, e = 0]: Step): void {
  const plays = PLAYS[kind % PLAYS.length]!;
  plays(fleet, [a, b, c, d, e]);
}

/** By how often they happen: what comes in a running fleet most of the time comes more than once in the list. */
const PLAYS: readonly ((fleet: ShownNode, choices: Choices) => void)[] = [
  admit,
  admit,
  (fleet, [a]) => void fleet.write({ action: 'delete', path: admissionPath(pick(DEVICES, a)) }),
  lease,
  lease,
  lease,
  lease,
  (fleet, [a, b]) => fleet.pass([0, 1, 900, 9_000, 31_000, 100_000][(a + b) % 6]!),
  (fleet, [a]) => fleet.setWall(1_000 * (a - 32)),
  (fleet, [a]) => fleet.pass(1_000 * a),
  receipt,
  receipt,
  summary,
  summary,
  (fleet, [a, b, c]) => publish(fleet, a, b, c),
  (fleet, [a, b, c]) => rollOut(fleet, a, b, c),
  (fleet, [a, b, c]) => rollOut(fleet, a, b, c),
  (fleet, [a]) => void fleet.write({ action: 'delete', path: rolloutPath(1 + (a % 6)) }),
  (fleet, [a, b, c]) => {
    const [name, path] = [pick([...PEOPLE, 'device 1'], a), pick(['/', '/', '/releases'], b)];
    const expiresAtMs = c % 3 === 0 ? fleet.now().wallMs + c * 500 : undefined;
    const entry = { action: 'grant', path, parents: [], body: grantTo([name], { invitation: c % 5 === 0 }) };
    fleet.write({ ...entry, ...(expiresAtMs !== undefined && { expiresAtMs }) });
  },
  (fleet, [a, b, c]) => {
    const key = b % 4 === 0 ? pick(DEVICES, c) : keyOf(pick(PEOPLE, a));
    const frontier = c % 2 === 0 ? [] : [pick(fleet.node.ledger.entries(), b * 7 + c).id];
    fleet.write({ action: 'revoke', parents: [], body: revokeBody({ key, frontier, reason: '' }) });
  },
  (fleet, [a, b]) => {
    const { id } = pick(fleet.node.ledger.entries(), a * 7 + b);
    fleet.write({ action: 'ack', parents: [], body: ackBody({ entries: [id] }) });
  },
  writeAsPerson,
  writeAsPerson,
  (fleet, [a, b]) => link(fleet, a, b),
  (fleet, [a, b]) => link(fleet, a, b),
  (fleet, [a, b]) => {
    const peer = pick([...DEVICES, ...STRANGERS], a);
    for (let strikes = b % 12; strikes >= 0; strikes--)
      fleet.tell({ type: 'peer-misbehaved', peer, reason: pick(['noise', 'more noise'], b), subject: peer });
  },
  (fleet, [a]) => fleet.tell({ type: 'ban-lifted', peer: pick([...DEVICES, ...STRANGERS], a) }),
  (fleet, [a, b]) => fleet.setWatch(watchBy(fleet, a, b)),
  (fleet, [a, b]) =>
    fleet.tell({
      type: 'bundle-progressed',
      infoHash: bundleOf(a % 3),
      bytesHere: b % 2,
      sizeBytes: 1,
      bytesFrom: new Map(),
    }),
  (fleet, [a, b, c]) => {
    const links = [{ peer: pick(DEVICES, b), rung: 'lan' as const }];
    fleet.say(pick(STRANGERS, a), leaseOf(fleet, b, c, { links }), 'itself');
  },
  (fleet, [a]) =>
    fleet.report(
      a % 2 === 0
        ? { type: 'trouble', what: `store ${a % 3}` }
        : { type: 'link-refused', peer: pick(STRANGERS, a), reason: 'late' },
    ),
  (fleet, [a, b]) =>
    void fleet.write({
      action: 'mode',
      path: pick(['/rollouts', '/devices'], a),
      body: modeBody(b % 2 === 0),
    }),
];

function admit(fleet: ShownNode, [a, b, c]: Choices): void {
  const device = pick(DEVICES, a);
  fleet.write({
    action: 'admit',
    path: admissionPath(device),
    body: admissionBody({
      device,
      name: pick(['till', 'kiosk', 'board 2', 'Éclair'], b),
      site: pick(SITES, c),
      labels: b % 3 === 0 ? { floor: String(c % 2) } : {},
    }),
  });
}

function lease(fleet: ShownNode, [a, b, c, d]: Choices): void {
  const links = [b, c].map((choice) => ({
    peer: pick([...DEVICES, fleet.node.self, keyOf('ben'), STRANGERS[0]!], choice),
    rung: pick(['lan', 'punched', 'unknown'] as const, d),
  }));
  const author = d % 9 === 8 ? keyOf(pick(PEOPLE, a)) : pick(DEVICES, a);
  fleet.say(author, leaseOf(fleet, b, c, { links: d % 3 === 0 ? [] : links }));
}

function leaseOf(fleet: ShownNode, b: number, c: number, { links }: Pick<Lease, 'links'>): Lease {
  return {
    type: 'lease',
    validMs: pick([30_000, 30_000, 5_000, 90_000], b),
    stage: pick(STAGES, c),
    running: someRelease(fleet, b),
    target: someRelease(fleet, c),
    bytesHere: c % 2 === 0 ? b : undefined,
    links,
    freshness: pick(['fresh', 'short'] as const, c),
  };
}

type Lease = Extract<Parameters<ShownNode['say']>[1], { type: 'lease' }>;

function receipt(fleet: ShownNode, [a, b, c, d]: Choices): void {
  const rollout = fleet.node.view().rollouts.at(-1 - (d % 3));
  fleet.say(pick(DEVICES, a), {
    type: 'receipt',
    stage: STAGES[b % 3]!,
    rollout: rollout?.entry.id,
    release: rollout?.body.release ?? someRelease(fleet, c),
    reason: b % 3 === 2 ? pick(['no disk', 'no time'], c) : '',
    bytesFromPublisher: c,
    bytesFromPeers: d,
    warnings: { total: c % 2, kinds: c % 2 === 0 ? [] : [{ text: 'slow', count: 1 }] },
  });
}

function summary(fleet: ShownNode, [a, b, c, d]: Choices): void {
  const named = DEVICES.slice(b % 9, (b % 9) + (c % 4));
  fleet.say(pick(DEVICES, a), {
    type: 'summary',
    validMs: pick([30_000, 90_000], d),
    present: named.length + (d % 2),
    groups: [
      {
        running: someRelease(fleet, c),
        target: someRelease(fleet, d),
        stage: pick(STAGES, b),
        count: named.length,
        devices: named.map(prefixOf),
      },
    ],
  });
}

function publish(fleet: ShownNode, a: number, b: number, c: number): void {
  fleet.write(releaseOf(fleet, pick(PRODUCTS, a), b, pick(['1.0', '1.0', '2.0'], c)));
}

/** Under the next number, or, seldom, under one that may have been used. */
function releaseOf(fleet: ShownNode, product: string, choice: number, version: string) {
  const counter = choice % 8 === 7 ? 1 + (choice % 3) : nextCounter(fleet.node.ledger, product);
  return {
    action: 'create',
    path: releasePath(product, counter),
    body: releaseBody({ ...manifestOf(product, counter), version, infoHash: bundleOf(choice % 3) }),
  };
}

function rollOut(fleet: ShownNode, a: number, b: number, c: number): void {
  const draft = rolloutOf(fleet, a, b, c);
  if (draft !== undefined) fleet.write(draft);
}

/** Of the newest releases, over what stands at its path, or, seldom, beside it. */
function rolloutOf(fleet: ShownNode, a: number, b: number, c: number) {
  const { ledger } = fleet.node;
  const released = ledger.entries().filter(({ path }) => path.startsWith('/releases/'));
  const release = released.at(-1 - (a % Math.min(3, released.length || 1)));
  if (release === undefined) return undefined;
  const path = rolloutPath(1 + (b % 6));
  const heads = ledger.heads(path).map((id) => ledger.accepted(id)!);
  return {
    action: heads.length === 0 ? 'create' : 'update',
    path,
    parents: [release, ...(c % 4 === 3 ? [] : heads)],
    body: rolloutBody({ release: release.id, select: selectorOf(c) }),
  };
}

/** Under a grant that may have been revoked, or with a number that was used before: what it is worth the ledger says. */
function writeAsPerson(fleet: ShownNode, [a, b, c, d]: Choices): void {
  const by = pick(PEOPLE, a);
  const grant = grantOf(fleet, by);
  if (grant === undefined) return;
  const draft = c % 2 === 0 ? releaseOf(fleet, pick(PRODUCTS, b), d, '3.0') : rolloutOf(fleet, b, d, c);
  if (draft !== undefined) fleet.write({ ...draft, by, grant, ...(d % 4 === 0 && { sequence: 0 }) });
}

function link(fleet: ShownNode, a: number, b: number): void {
  const peer = pick([...DEVICES, STRANGERS[0]!], a);
  if (!fleet.node.links.has(peer))
    fleet.tell({ type: 'link-up', peer, dialled: true, features: b % 2 === 0 ? [] : ['patches'] });
  else if (b % 3 === 0) fleet.tell({ type: 'link-down', peer, reason: 'gone' });
  else
    fleet.tell({
      type: 'link-measured',
      peer,
      facts: { rung: 'lan', roundTripMs: b, bytesSent: b, bytesReceived: 1, lossShare: undefined },
    });
}

function watchBy(fleet: ShownNode, a: number, b: number): WatchModel {
  if (a % 3 === 0) return { choice: { type: 'all' }, inForce: { type: 'all', sinceMs: fleet.now().wallMs } };
  const sites = SITES.filter((_, index) => (b >> index) % 2 === 1);
  const watched = sites.map(
    (site) => [site, { sinceMs: a % 2 === 0 ? 0 : fleet.now().wallMs, why: 'named' as const }] as const,
  );
  return { choice: { type: 'named', sites }, inForce: { type: 'some', sites: new Map(watched) } };
}

function selectorOf(choice: number): Selector {
  return pick<Selector>(
    [{}, {}, { sites: ['Pier'] }, { labels: { floor: '1' } }, { devices: DEVICES.slice(0, 4) }],
    choice,
  );
}

function someRelease(fleet: ShownNode, choice: number): ReleaseId | undefined {
  const releases = fleet.node.ledger.entries().filter(({ body }) => body.kind === 'release');
  return releases[choice % (releases.length + 1)]?.id;
}

function grantOf(fleet: ShownNode, name: string): Entry | undefined {
  const key = bytesOfId(keyOf(name)).join();
  return fleet.node.ledger
    .entries()
    .findLast(
      ({ action, body }) => action === 'grant' && Array.isArray(body.keys) && body.keys.join() === key,
    );
}

function bundleOf(choice: number): InfoHash {
  return String(choice).repeat(40) as InfoHash;
}

function pick<Item>(items: readonly Item[], choice: number): Item {
  return items[choice % items.length]!;
}
