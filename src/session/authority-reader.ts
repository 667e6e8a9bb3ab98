import type { Node } from '../core/node/node.ts';
import type { EntryId, NodeId } from '../core/wire/encoding/ids.ts';
import type { Entry } from '../core/wire/entry/entry.ts';
import { readGrantBody, readVoucher } from '../core/wire/entry/grant.ts';
import { entriesOfKey } from '../runtime/operator/authority-actions.ts';
import type { Proposal } from '../runtime/operator/proposals.ts';
import type { AuthorityChange } from '../runtime/operator/rehearsal.ts';
import type { AuthorityPreview, AuthorityReader, EntryRow, ProposalModel } from '../store/authority-model.ts';
import { namedKey, nameOfPerson } from '../store/project-people.ts';

const MAX_ROWS = 500;

export function createAuthorityReader(node: Node): AuthorityReader {
  const newestFirst = (entries: readonly Entry[]) =>
    entries
      .slice(-MAX_ROWS)
      .reverse()
      .map((entry) => rowOf(node, entry));
  return {
    entriesOf: (key) => newestFirst(entriesOfKey(node.ledger, key)),
    voided: () =>
      newestFirst(node.ledger.entries().filter(({ id }) => node.ledger.standing(id)?.type === 'void')),
  };
}

/** A preview in the words of pages. `revoked` is the key that it is about, where it is a revoke's. */
export function describeChange(
  node: Node,
  change: AuthorityChange,
  revoked: NodeId | undefined,
): AuthorityPreview {
  const setBy = (entry: Entry | undefined) =>
    entry === undefined ? '' : `${entry.action} by ${nameOfPerson(node, entry.author)}`;
  return {
    stopCounting: change.stopCounting.map((entry) => rowOf(node, entry)),
    countAgain: change.countAgain.map((entry) => rowOf(node, entry)),
    paths: change.paths.map(({ path, before, after }) => ({
      path,
      before: setBy(before?.setBy),
      after: setBy(after?.setBy),
    })),
    openInvitations: revoked === undefined ? [] : openInvitationsOf(node, revoked, change),
  };
}

/** `signedRoots` are the roots of the proposal's version that this browser has signed. */
export function describeProposal(
  node: Node,
  proposal: Proposal,
  signedRoots: readonly EntryId[],
): ProposalModel {
  const named = (keys: readonly NodeId[]) => keys.map((key) => namedKey(node, key));
  const signers = {
    proposer: namedKey(node, proposal.proposer),
    signed: named(proposal.signed),
    missing: named(proposal.missing),
  };
  switch (proposal.type) {
    case 'revoke':
      return {
        type: 'revoke',
        key: namedKey(node, proposal.key),
        reason: proposal.reason,
        preview: describeChange(node, proposal.change, proposal.key),
        ...signers,
      };
    case 'grant':
      return {
        type: 'grant',
        keys: named(proposal.grant.keys),
        threshold: proposal.grant.threshold,
        personName: proposal.grant.name,
        roles: proposal.grant.roles,
        mayGrant: proposal.grant.mayGrant,
        ...signers,
      };
    case 'ack':
      return {
        type: 'ack',
        entryCount: proposal.entries.length,
        preview: describeChange(node, proposal.change, undefined),
        ...signers,
      };
    case 'root': {
      const { before, after } = proposal;
      return {
        type: 'root',
        signedBefore: signedRoots.find((id) => id !== proposal.entry),
        fleetNameBefore: before.fleetName,
        fleetNameAfter: after.fleetName,
        version: after.version,
        thresholdBefore: before.threshold,
        thresholdAfter: after.threshold,
        added: named(after.keys.filter((key) => !before.keys.includes(key))),
        removed: named(before.keys.filter((key) => !after.keys.includes(key))),
        kept: named(after.keys.filter((key) => before.keys.includes(key))),
        ...signers,
      };
    }
  }
}

/** A revoke stops what the key signs; an invitation that it wrote before has a key of its own. */
function openInvitationsOf(
  node: Node,
  key: NodeId,
  change: AuthorityChange,
): AuthorityPreview['openInvitations'] {
  const stopped = new Set<EntryId>(change.stopCounting.map(({ id }) => id));
  const taken = new Set(node.ledger.entries().map(({ body }) => readVoucher(body)?.key));
  return node
    .view()
    .grants.filter(
      ({ entry, body }) =>
        entry.author === key &&
        body.invitation &&
        !stopped.has(entry.id) &&
        !body.keys.some((invited) => taken.has(invited)),
    )
    .flatMap(({ entry }) => {
      const body = readGrantBody(entry.body);
      return body.keys.map((invited) => ({ key: invited, name: body.name }));
    });
}

function rowOf(node: Node, entry: Entry): EntryRow {
  const standing = node.ledger.standing(entry.id);
  return {
    entry: entry.id,
    author: entry.author,
    authorName: nameOfPerson(node, entry.author),
    action: entry.action,
    path: entry.path,
    timeMs: entry.timeMs,
    counts: standing?.type === 'effective',
    reason: standing?.type === 'void' ? standing.reason : '',
  };
}
