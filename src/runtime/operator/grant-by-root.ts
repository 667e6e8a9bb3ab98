import type { NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import type { GrantedRole } from '../../core/wire/entry/grant.ts';
import { grantBody } from '../../core/wire/entry/grant.ts';
import type { Keys } from '../../ports/keys.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { checkRootSigners, type SigningOutcome, sign } from './signing.ts';

/** Rights for one key, given by the root itself: the way back in where no grant is left that passes rights on. */
export interface RootGrantOrder {
  readonly key: NodeId;
  /** What the person is called. */
  readonly name: string;
  readonly roles: readonly GrantedRole[];
  readonly mayGrant: boolean;
  /** Keys of the root that sign it, this browser's among them. */
  readonly signers: readonly NodeId[];
}

/** Rejects with WireError when the signers could never act as the root. */
export async function grantByRoot(
  runtime: NodeRuntime,
  keys: Keys,
  order: RootGrantOrder,
): Promise<SigningOutcome> {
  const { ledger } = runtime.node;
  if (order.roles.length === 0) throw new WireError('Choose what the person may do.');
  if (order.name.trim() === '') throw new WireError('Say what the person is called.');
  checkRootSigners(ledger, runtime.identity.id, order.signers);
  return sign(
    runtime,
    keys,
    {
      action: 'grant',
      path: '/',
      parents: [],
      grant: undefined,
      body: grantBody({
        keys: [order.key],
        threshold: 1,
        name: order.name.trim(),
        roles: order.roles,
        mayGrant: order.mayGrant,
        invitation: false,
        place: undefined,
      }),
    },
    { type: 'as-root', signers: order.signers },
  );
}
