import { etc, Point } from '@noble/ed25519';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { compareBytes, concatBytes } from '../../core/wire/encoding/cbor.ts';
import type { Randomness } from '../../ports/clock.ts';
import type { PairingExchange, PairingRole, PairingSession } from '../../ports/pairing-exchange.ts';

/** RFC 9382, section 6: made from a public seed, so nobody knows their discrete logarithms. */
const M = Point.fromHex('d048032c6ea0b6d697ddc2e86bda85a33adac920f1bf18e1b0c6d166a5cecdaf');
const N = Point.fromHex('d3bfb518f44f3430f29d0c92af503865a1ed3281dc69b35dd868ba85f886c4ab');

const ORDER = Point.CURVE().n;
const COFACTOR = 8n;

export interface Spake2Deps {
  readonly subtle: SubtleCrypto;
  readonly randomness: Randomness;
}

/**
 * SPAKE2 (RFC 9382) over edwards25519 with SHA-512, the device as A and the operator as B. A secret of 15 bits is
 * enough: an attacker learns only whether the one guess that it put into a run was right.
 */
export function createSpake2Exchange({ subtle, randomness }: Spake2Deps): PairingExchange {
  return {
    begin(role, secret, context) {
      const w = scalarOf(concatBytes([encode('fieldfare pairing secret 1\0'), secret]));
      const x = scalarOfBytes(randomness.bytes(64));
      const [own, theirs] = role === 'device' ? [M, N] : [N, M];
      const share = Point.BASE.multiply(x).add(own.multiply(w)).toBytes();
      return {
        share,
        async finish(theirShare) {
          const point = decodePoint(theirShare);
          if (point === undefined) return undefined;
          const shared = point.subtract(theirs.multiply(w)).multiply(x).multiply(COFACTOR, false);
          // Attack: a share of small order would make the shared point one that anyone knows.
          if (shared.is0()) return undefined;
          const [shareA, shareB] = role === 'device' ? [share, theirShare] : [theirShare, share];
          const transcript = concatBytes(
            [
              encode('fieldfare device'),
              encode('fieldfare operator'),
              context,
              shareA,
              shareB,
              shared.toBytes(),
              littleEndian32(w),
            ].flatMap((part) => [length64(part), part]),
          );
          return openSession(subtle, role, transcript);
        },
      };
    },
  };
}

/** RFC 9382, section 4: Ke seals, Ka confirms. */
async function openSession(
  subtle: SubtleCrypto,
  role: PairingRole,
  transcript: Uint8Array,
): Promise<PairingSession> {
  const digest = sha512(transcript);
  const [encryption, authentication] = [digest.subarray(0, 32), digest.subarray(32)];
  const confirmationOf = (who: PairingRole) =>
    hmac(sha256, hkdf(sha256, authentication, undefined, encode(`confirm ${who}`), 32), transcript);
  const keyOf = (who: PairingRole) =>
    subtle.importKey(
      'raw',
      hkdf(sha256, encryption, undefined, encode(`seal ${who}`), 32) as Uint8Array<ArrayBuffer>,
      'AES-GCM',
      false,
      ['encrypt', 'decrypt'],
    );
  const other: PairingRole = role === 'device' ? 'operator' : 'device';
  const [ownKey, theirKey] = await Promise.all([keyOf(role), keyOf(other)]);
  const expected = confirmationOf(other);
  let sealed = 0;
  let opened = 0;
  return {
    confirmation: confirmationOf(role),
    confirms: (theirs) => compareBytes(sha256(theirs), sha256(expected)) === 0,
    async seal(message) {
      const algorithm = { name: 'AES-GCM', iv: counterNonce(sealed++) };
      return new Uint8Array(await subtle.encrypt(algorithm, ownKey, message as Uint8Array<ArrayBuffer>));
    },
    async open(bytes) {
      const algorithm = { name: 'AES-GCM', iv: counterNonce(opened) };
      try {
        const message = await subtle.decrypt(algorithm, theirKey, bytes as Uint8Array<ArrayBuffer>);
        opened += 1;
        return new Uint8Array(message);
      } catch {
        return undefined;
      }
    },
  };
}

function decodePoint(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** 12 bytes; each direction has a key of its own, so a counter never repeats under one. */
function counterNonce(counter: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(8, counter);
  return nonce;
}

function scalarOf(bytes: Uint8Array): bigint {
  return scalarOfBytes(sha512(bytes));
}

/** 64 bytes reduced: the bias is below 2^-250. Never 0, which the library's safe multiplication refuses. */
function scalarOfBytes(bytes: Uint8Array): bigint {
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return etc.mod(value, ORDER - 1n) + 1n;
}

function littleEndian32(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

function length64(part: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, part.length, true);
  return bytes;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
