import { grantFor } from '../../../src/core/ledger/view.ts';
import type { Node } from '../../../src/core/node/node.ts';
import { concatBytes } from '../../../src/core/wire/encoding/cbor.ts';
import {
  bytesOfId,
  type EntryId,
  idFromBytes,
  type NodeId,
  type ReleaseId,
  toBase64Url,
} from '../../../src/core/wire/encoding/ids.ts';
import {
  decodeEnvelope,
  encodeEntry,
  encodeEnvelope,
  entryMessage,
} from '../../../src/core/wire/entry/entry.ts';
import { releaseBody, releasePath } from '../../../src/core/wire/entry/release.ts';
import { rolloutBody, rolloutPath } from '../../../src/core/wire/entry/rollout.ts';
import type { Identity, Keys } from '../../../src/ports/keys.ts';
import type { Crafted, Forgery } from './page-contract.ts';

/** Encodes and signs what no honest node would, without asking a ledger. */
export async function forge(
  forgery: Forgery,
  by: { readonly node: Node; readonly identity: Identity; readonly keys: Keys },
): Promise<Crafted> {
  const { node, identity, keys } = by;
  const view = node.view();
  const founder = view.rootKeys[0]!;
  const keyOf = (whose: 'founder' | 'self'): NodeId => (whose === 'founder' ? founder : identity.id);
  const grantee = forgery.grant === 'founder' ? founder : identity.id;
  const grant = grantFor(view, grantee, 'release');
  if (grant === undefined) throw new Error(`there is no grant to act under as ${forgery.grant}`);
  const signedBytes = encodeEntry({
    fleet: node.ledger.fleet,
    action: 'create',
    ...contentOf(forgery, node),
    parents: [...forgery.parents].sort() as EntryId[],
    authority: node.ledger.authorityFrontier(),
    author: keyOf(forgery.author),
    sequence: node.ledger.nextSequence(keyOf(forgery.author)),
    grant,
    content: undefined,
    expiresAtMs: undefined,
    timeMs: Date.now(),
  });
  const signature = await identity.sign(entryMessage(signedBytes));
  const envelope = encodeEnvelope({
    signedBytes,
    signatures: [{ key: bytesOfId(keyOf(forgery.signer)), signature }],
  });
  return crafted(signedBytes, envelope, keys);
}

/** The lowest bit of the last character of `text`, where it first stands in the signed bytes. */
export async function turnBit(envelope: Uint8Array, text: string, keys: Keys): Promise<Crafted> {
  const { signedBytes, signatures } = decodeEnvelope(envelope);
  const wanted = new TextEncoder().encode(text);
  const at = signedBytes.findIndex((_, start) =>
    wanted.every((byte, index) => signedBytes[start + index] === byte),
  );
  if (at < 0) throw new Error(`"${text}" does not stand in the entry`);
  const changed = concatBytes([signedBytes]);
  changed[at + wanted.length - 1]! ^= 1;
  return crafted(changed, encodeEnvelope({ signedBytes: changed, signatures }), keys);
}

/** A release is a copy of the newest one that is known, so that its bytes are there to be run. */
function contentOf({ content }: Forgery, node: Node) {
  if (content.type === 'rollout')
    return {
      path: rolloutPath(content.number),
      body: rolloutBody({ release: content.release as ReleaseId, select: {} }),
    };
  const model = [...node.view().releases.values()].at(-1);
  if (model === undefined) throw new Error('there is no release to copy');
  const { version, counter } = content;
  const manifest = { ...model.manifest, version, counter };
  return { path: releasePath(manifest.product, counter), body: releaseBody(manifest) };
}

async function crafted(signedBytes: Uint8Array, envelope: Uint8Array, keys: Keys): Promise<Crafted> {
  const id = idFromBytes<EntryId>(await keys.sha256(signedBytes));
  return { id, envelope: toBase64Url(envelope) };
}
