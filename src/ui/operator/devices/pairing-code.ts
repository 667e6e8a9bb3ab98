import { PAIRING_ALPHABET } from '../../../core/wire/contact/pairing.ts';

/** Characters of a code as the kiosk shows it. */
export const CODE_LENGTH = 6;

/**
 * What a person typed, as the node takes it: a code in capitals without spaces and dashes, or a whole pairing link
 * as it is.
 */
export function normalizeCode(text: string): string {
  const trimmed = text.trim();
  return isPairingLink(trimmed) ? trimmed : trimmed.replace(/[\s\-\u2010-\u2015_.]/g, '').toUpperCase();
}

export function isPairingLink(text: string): boolean {
  return text.includes('://');
}

/** Why it cannot be a code yet; empty when it may be one. */
export function problemWithCode(code: string): string {
  if (code === '' || isPairingLink(code)) return '';
  const stranger = [...code].find((character) => !PAIRING_ALPHABET.includes(character));
  if (stranger !== undefined) {
    return `"${stranger}" is in no code; 0, O, 1, I, L and U are never used. Look at the screen again.`;
  }
  if (code.length > CODE_LENGTH) return `A code has ${CODE_LENGTH} characters; this has ${code.length}.`;
  return '';
}
