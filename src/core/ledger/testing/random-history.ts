import type { FileHash } from '../../wire/encoding/ids.ts';
import type { Entry } from '../../wire/entry/entry.ts';
import { rootBody } from '../../wire/entry/genesis.ts';
import { readGrantBody, readRole } from '../../wire/entry/grant.ts';
import { releaseBody, releasePath } from '../../wire/entry/release.ts';
import { ackBody, revokeBody } from '../../wire/entry/revoke.ts';
import { rolloutBody, rolloutPath } from '../../wire/entry/rollout.ts';
import { linkBody, modeBody, revertBody, slinkBody, valueBody } from '../../wire/entry/tree.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { createEntryWriter, type EntryWriter, grantTo, keyOf } from './entry-writer.ts';

/** One step of a history as eight small numbers: fast-check shrinks numbers well, and every row of them means something. */
export type Step = readonly number[];

export const STEP_WIDTH = 8;
export const CONTENT = keyOf('content') as string as FileHash;

const ROOTS = ['root1', 'root2'];
const PEOPLE = ['ann', 'ben', 'cyd'];
const PATHS = ['/config', '/config/a', '/releases/app', '/services/x', '/later/x'];
const SCOPES = ['/', '/', '/config', '/releases'];
/** `gate` is a role of a later version. */
const ROLES = [['gate'], ['gate', 'operator'], ['release', 'gate']].map((roles) => roles.map(readRole));
const REPLICAS = 3;
/** Kinds of step by which people take each other's rights away below a path, give back what they wrote, and write. */
export const REVOKING_KINDS = [2, 3, 4, 12] as const;
const ROTATION = 5;

/** What a fleet begins with; everything after is chance. */
export type Opening =
  /** Two operators by grants of the root. */
  | 'peers'
  /** Three people, the first by a grant of the root, each other by one of the person before. */
  | 'chain';

/**
 * Several people on several devices that hear of each other now and then: each step either writes on what one replica knows,
 * with or without the right to, or lets one replica hear all of another.
 */
export function playHistory(
  steps: readonly Step[],
  rootThreshold: 1 | 2,
  opening: Opening = 'peers',
): EntryWriter {
  const writer = createEntryWriter({ keys: ROOTS, threshold: rootThreshold });
  const replicas = Array.from({ length: REPLICAS }, () => new Set<Entry>([writer.genesis]));
  let above: { readonly by: string; readonly grant?: Entry } = { by: 'root1' };
  for (const name of opening === 'peers' ? PEOPLE.slice(0, 2) : PEOPLE) {
    const grant = writer.write({ ...above, with: ROOTS, action: 'grant', body: grantTo([name]) });
    if (opening === 'chain') above = { by: name, grant };
    for (const replica of replicas) replica.add(grant);
  }
  const ledger = createLedger(writer.genesis.id);
  for (const received of writer.written) ledger.receive(received);
  for (const step of steps) playStep(step, writer, ledger, replicas);
  return writer;
}

function playStep(step: Step, writer: EntryWriter, ledger: Ledger, replicas: readonly Set<Entry>[]): void {
  const [kindChoice, where, who, pathChoice, grantChoice, targetChoice, knowledge, twist] = step as number[];
  const kind = kindChoice! % 16;
  const replica = replicas[where! % REPLICAS]!;
  if (kind === 15) {
    for (const entry of replicas[targetChoice! % REPLICAS]!) replica.add(entry);
    return;
  }
  const known = [...replica];
  const path = pick(PATHS, pathChoice!);
  const asRoot = kind === ROTATION || (kind < 5 && who! % 4 === 0);
  const grants = known.filter(({ action }) => action === 'grant');
  // One in sixteen tries another's grant, or to act as root.
  const grant = asRoot || twist! === 63 ? undefined : pick(grants, grantChoice!);
  const holders = grant === undefined ? ROOTS : readGrantBody(grant.body).name.split(', ');
  const by = twist! % 16 === 7 ? pick(PEOPLE, who!) : pick(holders, who! >> 2);
  const authority = known.filter(({ action }) => ['root', 'grant', 'revoke', 'ack'].includes(action));
  const common = {
    by,
    with: asRoot ? ROOTS : twist! % 8 < 3 ? holders : [],
    grant,
    knowing: knowledge! % 3 === 0 ? authority.slice(0, 1 + (knowledge! % 5)) : authority,
    ...(twist! % 16 === 4 && { sequence: knowledge! % 4 }),
  };
  const onPath = known.filter((entry) => entry.path === path);
  const content = {
    ...common,
    path,
    parents: knowledge! % 4 === 1 ? [] : headsOf(onPath),
    ...(twist! % 11 === 3 && { content: { hash: CONTENT, sizeBytes: 1 } }),
  };
  const entry = writer.write(
    draftOf(kind, { common, content, target: pick(known, targetChoice!), known, onPath, step }),
  );
  ledger.receive(writer.received(entry));
  // Mostly people build on what counts with everybody; on what is refused everything else would be refused for it.
  if (ledger.accepted(entry.id) !== undefined || twist! % 16 === 9) replica.add(entry);
}

interface Choice {
  readonly common: Omit<Parameters<EntryWriter['write']>[0], 'action'>;
  readonly content: Omit<Parameters<EntryWriter['write']>[0], 'action'> & { readonly path: string };
  readonly target: Entry;
  readonly known: readonly Entry[];
  readonly onPath: readonly Entry[];
  readonly step: Step;
}

function draftOf(kind: number, choice: Choice): Parameters<EntryWriter['write']>[0] {
  const { common, content, target, known, step } = choice;
  const [, , , pathChoice, , targetChoice, , twist] = step as number[];
  switch (kind) {
    case 0:
    case 1: {
      const keys = pick([['ann'], ['ben'], ['cyd'], ['ann', 'ben'], PEOPLE], targetChoice!);
      const threshold = Math.min(keys.length, 1 + (twist! % 2));
      return {
        ...common,
        action: 'grant',
        path: pick(SCOPES, pathChoice!),
        body: grantTo(keys, { threshold, ...(twist! % 4 > 1 && { roles: pick(ROLES, pathChoice! >> 2) }) }),
      };
    }
    case 2:
    case 3:
      return {
        ...common,
        action: 'revoke',
        path: pick(SCOPES, pathChoice!),
        body: revokeBody({
          key: keyOf(pick(PEOPLE, targetChoice!)),
          frontier: twist! % 3 === 0 ? [] : [pick(known, twist! + pathChoice!).id],
          reason: '',
        }),
      };
    case 4:
      return { ...common, action: 'ack', body: ackBody({ entries: [target.id] }) };
    case ROTATION:
      return rotation(choice);
    case 6:
      return { ...content, action: 'mode', body: modeBody(twist! % 3 !== 0) };
    case 7:
    case 8:
      return release(choice);
    case 9:
    case 10:
      return showing(choice);
    case 11:
      return { ...content, action: 'delete' };
    default:
      return { ...content, action: 'update', body: { ...valueBody(twist!), counter: pathChoice! % 3 } };
  }
}

/** Reverts and links, of any entry that is known. */
function showing({ content, target, onPath, step }: Choice) {
  const [, , , , , targetChoice, , twist] = step as number[];
  if (twist! % 4 === 0) return { ...content, action: 'slink', body: slinkBody(pick(PATHS, targetChoice!)) };
  return twist! % 2 === 0
    ? { ...content, action: 'link', body: linkBody(target.id) }
    : { ...content, action: 'revert', body: revertBody((pick(onPath, targetChoice!) ?? target).id) };
}

function rotation({ common, known, step }: Choice) {
  const [, , , , , targetChoice] = step as number[];
  const roots = known.filter(({ action }) => action === 'root');
  const last = roots.at(-1)!;
  const keys = pick([ROOTS, ['root1'], ['root2', 'root3'], ['root1', 'root3']], targetChoice!);
  return {
    ...common,
    action: 'root',
    by: 'root1',
    with: [...ROOTS, 'root3'],
    grant: undefined,
    parents: [last],
    body: rootBody({
      fleetName: 'Fleet',
      version: roots.length + 1,
      threshold: 1 + (targetChoice! % keys.length),
      keys: keys.map(keyOf),
    }),
  };
}

/** A release or, where one is known, its rollout. */
function release({ common, known, step }: Choice) {
  const [, , , pathChoice, , targetChoice, knowledge, twist] = step as number[];
  const releases = known.filter(({ body }) => body.kind === 'release');
  if (twist! % 2 === 0 && releases.length > 0) {
    const wanted = pick(releases, targetChoice!);
    return {
      ...common,
      action: 'create',
      path: rolloutPath(1 + (pathChoice! % 2)),
      parents: [wanted],
      body: rolloutBody({ release: wanted.id, select: {} }),
    };
  }
  const counter = 1 + (pathChoice! % 3);
  return {
    ...common,
    action: twist! % 5 === 0 ? 'mkdir' : 'create',
    path: releasePath('app', counter),
    parents: knowledge! % 2 === 0 ? [] : releases,
    body: releaseBody(manifestOf('app', counter)),
  };
}

export function manifestOf(product: string, counter: number) {
  return {
    product,
    version: `1.${counter}`,
    counter,
    files: [{ path: 'index.html', hash: CONTENT, sizeBytes: 1 }],
    health: { type: 'call', withinMs: 10_000 } as const,
    infoHash: '00'.repeat(20) as Parameters<typeof releaseBody>[0]['infoHash'],
    metainfo: new Uint8Array(1),
  };
}

function headsOf(entries: readonly Entry[]): readonly Entry[] {
  const named = new Set(entries.flatMap(({ parents }) => parents));
  return entries.filter(({ id }) => !named.has(id));
}

function pick<Item>(items: readonly Item[], choice: number): Item {
  return items[choice % items.length]!;
}
