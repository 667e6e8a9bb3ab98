import { encodeCbor } from '../../../src/core/wire/encoding/cbor.ts';
import type { DecoderName } from '../decoders.ts';

export interface Sample {
  readonly decoder: DecoderName;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function bodyOf(decoder: DecoderName, name: string, body: Parameters<typeof encodeCbor>[0]): Sample {
  return { decoder, name, bytes: encodeCbor(body) };
}
