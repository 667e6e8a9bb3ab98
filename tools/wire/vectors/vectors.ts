import { DECODERS, type DecoderName } from '../decoders.ts';
import { CUTS, FAULTS } from '../fuzz/faults.ts';
import type { Sample } from '../samples/sample.ts';
import { SAMPLES } from '../samples/samples.ts';
import { signedFleet, viewOf } from '../samples/signed-fleet.ts';
import { render } from './render.ts';

export interface ValidVector {
  readonly decoder: DecoderName;
  readonly name: string;
  readonly hex: string;
  readonly value: unknown;
}

export interface InvalidVector {
  readonly decoder: DecoderName;
  readonly name: string;
  readonly hex: string;
  readonly reason: string;
}

export interface FleetVector {
  readonly envelopes: readonly string[];
  readonly view: unknown;
}

/** The golden files by name: pure of time and chance, so that making them again changes nothing. */
export async function makeVectors(): Promise<Readonly<Record<string, object>>> {
  const envelopes = await signedFleet();
  return {
    'wire-valid.json': {
      about: 'What every decoder takes, and what it reads. Bytes in hexadecimal; a text as its UTF-8.',
      vectors: SAMPLES.map(
        (sample): ValidVector => ({
          ...named(sample),
          value: JSON.parse(render(DECODERS[sample.decoder](sample.bytes)) ?? 'null'),
        }),
      ),
    },
    'wire-invalid.json': {
      about: 'What every decoder turns away, and why.',
      vectors: [...FAULTS, ...CUTS].map(
        (sample): InvalidVector => ({ ...named(sample), reason: reasonOf(sample) }),
      ),
    },
    'fleet.json': {
      about: 'Envelopes with their signatures, and what a node that holds them shows, whatever their order.',
      envelopes: envelopes.map(hexOf),
      view: await viewOf(envelopes),
    },
  };
}

function named({ decoder, name, bytes }: Sample) {
  return { decoder, name, hex: hexOf(bytes) };
}

function reasonOf({ decoder, name, bytes }: Sample): string {
  try {
    DECODERS[decoder](bytes);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`the ${decoder} "${name}" is taken, though it is meant to be turned away`);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
