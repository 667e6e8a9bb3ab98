/**
 * The one error that code reading foreign bytes may throw: what is wrong, said so that it can be shown.
 * Anything else thrown by a decoder is a defect.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
}
