import type { Keys } from '../../ports/keys.ts';
import {
  ackEntries,
  previewAck,
  previewRevoke,
  revokeKey,
} from '../../runtime/operator/authority-actions.ts';
import { grantByRoot } from '../../runtime/operator/grant-by-root.ts';
import { cosignProposal, readProposal } from '../../runtime/operator/proposals.ts';
import { proposeRoot } from '../../runtime/operator/root-rotation.ts';
import type { AuthorityCommands } from '../../store/commands/authority.ts';
import { createAuthorityReader, describeChange, describeProposal } from '../authority-reader.ts';
import type { FleetLife } from '../fleet-life.ts';
import { refusing } from '../refusing.ts';

export function createAuthorityCommands(life: FleetLife, keys: Keys): AuthorityCommands {
  const runtime = () => life.current().runtime;
  return {
    read: () => createAuthorityReader(runtime().node),
    revoke: refusing(async (options) => revokeKey(runtime(), keys, options)),
    previewRevoke: refusing(async (options) =>
      describeChange(runtime().node, await previewRevoke(runtime(), options), options.key),
    ),
    ack: refusing(async (options) => ackEntries(runtime(), keys, options)),
    previewAck: refusing(async (options) =>
      describeChange(runtime().node, await previewAck(runtime(), options), undefined),
    ),
    proposeRoot: refusing(async (plan) => proposeRoot(runtime(), keys, plan)),
    grantByRoot: refusing(async (options) => grantByRoot(runtime(), keys, options)),
    signedRoot: refusing(async () => {
      const { node, signedRoots } = runtime();
      return (await signedRoots.of(node.view().rootVersion + 1))[0];
    }),
    readProposal: refusing(async (text) => {
      const { node, signedRoots } = runtime();
      const proposal = await readProposal(runtime(), keys, text);
      const signed = proposal.type === 'root' ? await signedRoots.of(proposal.after.version) : [];
      return describeProposal(node, proposal, signed);
    }),
    cosign: refusing(async (text, instead) => cosignProposal(runtime(), keys, text, instead)),
  };
}
