/** One signature to check: key 32 bytes, signature 64, as Keys.verify takes them. */
export interface SignatureCheck {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const FIXED_BYTES = KEY_BYTES + SIGNATURE_BYTES + 4;

/** True for what `packBatch` takes; anything else verifies nowhere. */
export function isPackable({ key, signature }: SignatureCheck): boolean {
  return key.length === KEY_BYTES && signature.length === SIGNATURE_BYTES;
}

/** In one buffer, which is handed over and not copied: each key, signature, length of the message (32 bits, big-endian), message. */
export function packBatch(checks: readonly SignatureCheck[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(checks.reduce((sum, { message }) => sum + FIXED_BYTES + message.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { key, message, signature } of checks) {
    bytes.set(key, at);
    bytes.set(signature, at + KEY_BYTES);
    view.setUint32(at + KEY_BYTES + SIGNATURE_BYTES, message.length);
    bytes.set(message, at + FIXED_BYTES);
    at += FIXED_BYTES + message.length;
  }
  return bytes;
}

/** Views of the buffer, in its order. */
export function unpackBatch(bytes: Uint8Array): readonly SignatureCheck[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const checks: SignatureCheck[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at + KEY_BYTES + SIGNATURE_BYTES);
    checks.push({
      key: bytes.subarray(at, at + KEY_BYTES),
      signature: bytes.subarray(at + KEY_BYTES, at + KEY_BYTES + SIGNATURE_BYTES),
      message: bytes.subarray(at + FIXED_BYTES, at + FIXED_BYTES + length),
    });
    at += FIXED_BYTES + length;
  }
  return checks;
}
