import type { EntryId } from '../core/wire/encoding/ids.ts';
import type { EntryRow } from './authority-model.ts';
import { CommandRefused, type Commands } from './commands.ts';
import type { FleetModel, PersonRow } from './model.ts';

type AuthorityCommands = Pick<
  Commands,
  | 'revokeKey'
  | 'previewRevoke'
  | 'ackEntries'
  | 'previewAck'
  | 'proposeRoot'
  | 'grantByRoot'
  | 'signedRoot'
  | 'readProposal'
  | 'cosignProposal'
  | 'authority'
  | 'makeBackup'
>;

/** Answers about keys for the sample fleet: one entry that does not count, and a root that could be split. */
export function createFixtureAuthority(model: FleetModel): AuthorityCommands {
  const [first, second] = model.people;
  const voided: readonly EntryRow[] =
    second === undefined ? [] : [rowOf(second, model.releases[0]?.id as EntryId, false)];
  const named = (person: PersonRow | undefined) =>
    person === undefined ? [] : [{ id: person.id, name: person.name, self: person.self }];
  const written = async () => ({ type: 'written', entry: model.releases[0]?.id as EntryId }) as const;
  return {
    revokeKey: written,
    previewRevoke: async ({ spare }) => ({
      stopCounting: spare.type === 'all-known' ? [] : voided.map((row) => ({ ...row, counts: true })),
      countAgain: [],
      paths:
        spare.type === 'all-known'
          ? []
          : [{ path: '/config/fleet/theme', before: 'update by Tomas', after: '' }],
      openInvitations: [],
    }),
    ackEntries: written,
    previewAck: async () => ({ stopCounting: [], countAgain: voided, paths: [], openInvitations: [] }),
    proposeRoot: async () => ({ type: 'proposed', text: 'fieldfare-proposal-1.c2FtcGxl' }),
    grantByRoot: async () => ({ type: 'proposed', text: 'fieldfare-proposal-1.c2FtcGxlMw' }),
    signedRoot: async () => undefined,
    readProposal: async (text) => {
      if (!text.startsWith('fieldfare-proposal-'))
        throw new CommandRefused('This is not a proposal that this version can read. Copy the whole text.');
      return {
        type: 'root',
        signedBefore: model.releases[0]?.id,
        fleetNameBefore: 'Harbour cafes',
        fleetNameAfter: 'Harbour cafes',
        version: model.root.version + 1,
        thresholdBefore: 1,
        thresholdAfter: 2,
        added: named(second),
        removed: [],
        kept: named(first),
        proposer: { id: first!.id, name: first!.name, self: true },
        signed: named(first),
        missing: named(second),
      };
    },
    cosignProposal: async () => ({ type: 'proposed', text: 'fieldfare-proposal-1.c2FtcGxlMg' }),
    authority: () => ({
      entriesOf: (key) =>
        model.people
          .filter(({ id }) => id === key)
          .map((person) => rowOf(person, model.rollouts[0]?.id as EntryId, true)),
      voided: () => voided,
    }),
    makeBackup: async () => 'Fieldfare backup 1.\nc2FtcGxl\n',
  };
}

function rowOf(person: PersonRow, entry: EntryId, counts: boolean): EntryRow {
  return {
    entry,
    author: person.id,
    authorName: person.name,
    action: 'update',
    path: '/config/fleet/theme',
    timeMs: person.grantedAtMs,
    counts,
    reason: counts ? '' : 'its key was revoked, and the revoke did not spare it',
  };
}
