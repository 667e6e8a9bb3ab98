import { asBuffer } from './buffer.ts';

/**
 * A signature under a key of mixed order that holds only if the equation is multiplied by the cofactor
 * (vectors/ed25519.json has it too). Libraries disagree about it, so we ask.
 */
const COFACTOR_PROBE = {
  key: '1f4f580e73ac208f06760190e9edc6f5916775dabd9c1cdca393175c2d6d1083',
  message: '6669656c6466617265206564676520766563746f7200',
  signature:
    '61485eb624d9786700ce78888fb6f475591f00567be8e573e9829b7df1f91acd77a17feabf3e17531ca84d16a286b69e7b53ad5939084963fb696c2dfc9d500e',
};

/**
 * Whether `subtle` has Ed25519 and answers as all nodes must. Where it is false, createNobleKeys takes its place: an
 * entry that is valid on one node and void on the next would split the fleet.
 */
export async function hasStrictEd25519(subtle: SubtleCrypto | undefined): Promise<boolean> {
  if (subtle === undefined) return false;
  try {
    await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const key = await subtle.importKey('raw', fromHex(COFACTOR_PROBE.key), 'Ed25519', false, ['verify']);
    const lenient = await subtle.verify(
      'Ed25519',
      key,
      fromHex(COFACTOR_PROBE.signature),
      fromHex(COFACTOR_PROBE.message),
    );
    return !lenient;
  } catch {
    return false;
  }
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return asBuffer(Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}
