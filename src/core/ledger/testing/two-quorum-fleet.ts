import type { Entry } from '../../wire/entry/entry.ts';
import { releaseBody, releasePath } from '../../wire/entry/release.ts';
import { rolloutBody, rolloutPath } from '../../wire/entry/rollout.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { createEntryWriter, type EntryWriter, grantTo } from './entry-writer.ts';
import { manifestOf } from './random-history.ts';

export const RELEASES = { roles: ['release'], mayGrant: false } as const;
const OPERATORS = { roles: ['operator'], mayGrant: false } as const;

/** The ledger of all that was written, in the order in which it was. */
export function foldWritten({ genesis, written }: EntryWriter): Ledger {
  const ledger = createLedger(genesis.id);
  for (const received of written) ledger.receive(received);
  return ledger;
}

/** Why the ledger turned the entry away; undefined when it took it. */
export function refusalOf(writer: EntryWriter, wanted: Entry): string | undefined {
  const ledger = createLedger(writer.genesis.id);
  const events = writer.written.flatMap((received) => ledger.receive(received));
  const refusal = events.find((event) => event.type === 'entry-refused' && event.id === wanted.id);
  return refusal?.type === 'entry-refused' ? refusal.rule : undefined;
}

/** A fleet whose release, operator and root keys are different people's. */
export function twoQuorumFleet() {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const rel = writer.write({ by: 'root', action: 'grant', body: grantTo(['rel'], RELEASES) });
  const op = writer.write({ by: 'root', action: 'grant', body: grantTo(['op'], OPERATORS) });
  const publish = (counter: number, rest: Partial<Parameters<EntryWriter['write']>[0]> = {}) =>
    writer.write({
      by: 'rel',
      grant: rel,
      action: 'create',
      path: releasePath('app', counter),
      body: releaseBody(manifestOf('app', counter)),
      ...rest,
    });
  const rollOut = (release: Entry, rest: Partial<Parameters<EntryWriter['write']>[0]> = {}) =>
    writer.write({
      by: 'op',
      grant: op,
      action: 'create',
      path: rolloutPath(1),
      parents: [release],
      body: rolloutBody({ release: release.id, select: {} }),
      ...rest,
    });
  return { writer, rel, op, publish, rollOut };
}
