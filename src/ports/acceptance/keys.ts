import { bytesOfId } from '../../core/wire/encoding/ids.ts';
import type { Keys } from '../keys.ts';
import { expectEqual, type SubjectCase } from './case.ts';

export interface SignatureVector {
  readonly name: string;
  readonly key: string;
  readonly message: string;
  readonly signature: string;
  readonly valid: boolean;
}

export interface KeysSubject {
  readonly keys: Keys;
  /** The same keys opened again on the same store, as after a restart. */
  reopen(): Keys;
}

const message = new TextEncoder().encode('signed by an acceptance test');

export function keysAcceptance(vectors: readonly SignatureVector[]): readonly SubjectCase<KeysSubject>[] {
  return [
    ...vectors.map((vector) => ({
      name: `verify says ${vector.valid}: ${vector.name}`,
      async run({ keys }: KeysSubject) {
        const valid = await keys.verify(
          fromHex(vector.key),
          fromHex(vector.message),
          fromHex(vector.signature),
        );
        expectEqual(valid, vector.valid, vector.name);
      },
    })),
    {
      name: 'what an identity signs verifies under its id, and nothing else does',
      async run({ keys }) {
        const identity = await keys.identity('acceptance');
        const signature = await identity.sign(message);
        expectEqual(await keys.verify(bytesOfId(identity.id), message, signature), true, 'own signature');
        expectEqual(
          await keys.verify(bytesOfId(identity.id), message.slice(1), signature),
          false,
          'another message',
        );
      },
    },
    {
      name: 'an identity is the same after a restart, and names do not share keys',
      async run({ keys, reopen }) {
        const first = await keys.identity('kept');
        const again = await reopen().identity('kept');
        expectEqual(again.id, first.id, 'id after reopening');
        const signature = await again.sign(message);
        expectEqual(await keys.verify(bytesOfId(first.id), message, signature), true, 'kept key');
        const other = await keys.identity('another');
        expectEqual(other.id === first.id, false, 'the id of another name');
      },
    },
    {
      name: 'asked twice at once, one key is made',
      async run({ keys }) {
        const [one, two] = await Promise.all([keys.identity('at once'), keys.identity('at once')]);
        expectEqual(one.id, two.id, 'ids of the same name');
      },
    },
    {
      name: 'a seed gives the key of RFC 8032 (7.1, test 1)',
      async run({ keys }) {
        const seed = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
        const identity = await keys.fromSeed(seed);
        expectEqual(
          toHex(bytesOfId(identity.id)),
          'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
          'public key',
        );
        expectEqual(
          toHex(await identity.sign(new Uint8Array())),
          'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
          'signature',
        );
      },
    },
    {
      name: 'sha256 of "abc" (FIPS 180-2, B.1)',
      async run({ keys }) {
        expectEqual(
          toHex(await keys.sha256(new TextEncoder().encode('abc'))),
          'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
          'digest',
        );
      },
    },
  ];
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
