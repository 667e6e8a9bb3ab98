import { concatBytes, decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { bytesOfId, type NodeId } from '../encoding/ids.ts';
import { MAX_PAIRING_MESSAGE_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { readable, readBytes, readFixedBytes, readId, readMap, readText } from '../encoding/shape.ts';

/**
 * Crockford's idea of an alphabet that survives being read aloud and typed, narrowed: no 0, O, 1, I, L or U, so that
 * nothing needs to be mapped to anything else. 30 symbols.
 */
export const PAIRING_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const PAIRING_CODE_CHARACTERS = 6;
/** The first half only names the meeting place; the server sees it. 27,000 places. */
const PLACE_CHARACTERS = 3;

/** How long a device shows a code, and how long one stays good. */
export const PAIRING_CODE_LIFE_MS = 10 * 60_000;

/** What a node says it is; the operator sees it before admitting. */
export type PageKind = 'kiosk' | 'observer';

export type PairingMessage =
  /** P3: 32 bytes of the key exchange. */
  | { readonly type: 'share'; readonly share: Uint8Array }
  /** P4: 32 bytes that prove the secret half of the code. */
  | { readonly type: 'confirm'; readonly confirmation: Uint8Array }
  /** P5 and P6: a PairingContent under the exchanged key. */
  | { readonly type: 'sealed'; readonly sealed: Uint8Array };

export type PairingContent =
  /** P5: from the device. */
  | { readonly type: 'device'; readonly key: NodeId; readonly page: PageKind }
  /** P6: from the operator, once the device's key is admitted. */
  | { readonly type: 'join'; readonly link: string }
  /** P6: from the operator, who did not admit the key. */
  | { readonly type: 'refused'; readonly reason: string };

/** AES-GCM adds 16 bytes; the envelope some more. */
const MAX_CONTENT_BYTES = MAX_PAIRING_MESSAGE_BYTES - 128;
const MAX_LINK_CHARACTERS = 3_000;
const MAX_REASON_CHARACTERS = 300;

/** What a person typed or scanned, as a code: case, spaces and dashes do not matter. Undefined when it cannot be one. */
export function normalisePairingCode(text: string): string | undefined {
  const code = text
    .slice(0, 64)
    .replace(/[\s\-\u2010-\u2015_.]/g, '')
    .toUpperCase();
  if (code.length !== PAIRING_CODE_CHARACTERS) return undefined;
  return [...code].every((character) => PAIRING_ALPHABET.includes(character)) ? code : undefined;
}

/** A code of uniformly random bytes. Undefined when they ran out: one in 16 is passed over, so give twice as many. */
export function pairingCodeOf(bytes: Uint8Array): string | undefined {
  // Reducing modulo 30 would make some symbols likelier than others.
  const values = Array.from(bytes, (byte) => byte & 31).filter((value) => value < PAIRING_ALPHABET.length);
  if (values.length < PAIRING_CODE_CHARACTERS) return undefined;
  return values
    .slice(0, PAIRING_CODE_CHARACTERS)
    .map((value) => PAIRING_ALPHABET[value])
    .join('');
}

/** The public half, hashed by the caller to a rendezvous of 16 bytes, and the half that only the two ends know. */
export function splitPairingCode(code: string): { readonly place: Uint8Array; readonly secret: Uint8Array } {
  const encoder = new TextEncoder();
  return {
    place: concatBytes([
      encoder.encode('fieldfare pairing place 1\0'),
      encoder.encode(code.slice(0, PLACE_CHARACTERS)),
    ]),
    secret: encoder.encode(code.slice(PLACE_CHARACTERS)),
  };
}

/** Throws WireError for what decodePairingMessage would refuse. */
export function encodePairingMessage(message: PairingMessage): Uint8Array {
  return readable(encodeCbor({ ...message }), decodePairingMessage);
}

/** Throws WireError. */
export function decodePairingMessage(bytes: Uint8Array): PairingMessage {
  const map = readMap(decodeCbor(bytes, { maxBytes: MAX_PAIRING_MESSAGE_BYTES }), 'pairing message');
  const type = readText(map.type, 'pairing message type', 16);
  if (type === 'share') return { type, share: readFixedBytes(map.share, 'share', 32) };
  if (type === 'confirm') return { type, confirmation: readFixedBytes(map.confirmation, 'confirmation', 32) };
  if (type === 'sealed') return { type, sealed: readBytes(map.sealed, 'sealed', MAX_PAIRING_MESSAGE_BYTES) };
  throw new WireError('a pairing message is of no known type');
}

/** Throws WireError for what decodePairingContent would refuse. */
export function encodePairingContent(content: PairingContent): Uint8Array {
  const map = content.type === 'device' ? { ...content, key: bytesOfId(content.key) } : { ...content };
  return readable(encodeCbor(map), decodePairingContent);
}

/** Throws WireError. */
export function decodePairingContent(bytes: Uint8Array): PairingContent {
  const map = readMap(decodeCbor(bytes, { maxBytes: MAX_CONTENT_BYTES }), 'pairing content');
  const type = readText(map.type, 'pairing content type', 16);
  switch (type) {
    case 'device': {
      const page = readText(map.page, 'page', 16);
      if (page !== 'kiosk' && page !== 'observer') throw new WireError('the page is of no known kind');
      return { type, key: readId<NodeId>(map.key, 'key'), page };
    }
    case 'join':
      return { type, link: readText(map.link, 'join link', MAX_LINK_CHARACTERS) };
    case 'refused':
      return { type, reason: readText(map.reason, 'reason', MAX_REASON_CHARACTERS) };
    default:
      throw new WireError('pairing content is of no known type');
  }
}
