import { decodeCheckedText, encodeCheckedText } from '../encoding/checked-text.ts';
import { toBase64Url } from '../encoding/ids.ts';
import { MAX_FRAME_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope } from './entry.ts';

/** Marks the text for people and tells its version. */
const HEADER = 'fieldfare-proposal-1.';

/** An envelope that lacks signatures, as a text that key holders pass to each other. Throws WireError for what decodeProposal would refuse. */
export function encodeProposal(envelope: Envelope): string {
  return `${HEADER}${encodeCheckedText(encodeEnvelope(envelope))}`;
}

/**
 * Reads one proposal, or several copies of one that were signed apart, with white space between. Throws WireError with a sentence for
 * the person who pasted it. Signatures are not checked here.
 */
export function decodeProposal(text: string): Envelope {
  const copies = text.trim().split(/\s+/).slice(0, MAX_COPIES).map(decodeCopy);
  const [first] = copies;
  if (first === undefined) throw new WireError('Paste the proposal first.');
  const bytes = toBase64Url(first.signedBytes);
  if (copies.some(({ signedBytes }) => toBase64Url(signedBytes) !== bytes))
    throw new WireError('These are two different proposals. Paste copies of one only.');
  const byKey = new Map(
    copies.flatMap(({ signatures }) =>
      signatures.map((signature) => [toBase64Url(signature.key), signature] as const),
    ),
  );
  return { signedBytes: first.signedBytes, signatures: [...byKey.values()] };
}

/** A guess with room: one copy for each signature that an entry can carry. */
const MAX_COPIES = 16;

function decodeCopy(text: string): Envelope {
  if (!text.startsWith(HEADER))
    throw new WireError(
      text === ''
        ? 'Paste the proposal first.'
        : `This is not a proposal that this version can read: it begins with "${HEADER}". Copy the whole text.`,
    );
  const bytes = decodeCheckedText(text.slice(HEADER.length), MAX_FRAME_BYTES);
  if (bytes === undefined)
    throw new WireError('This proposal is cut short or changed. Copy the whole text again.');
  return decodeEnvelope(bytes);
}
