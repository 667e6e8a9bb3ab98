import type { Floor } from '../wire/kept/high-water-mark.ts';
import type { Subject } from './state.ts';

/** Why a device takes no release whose number is not above its floor (D3). */
export function belowFloorWords({ version, counter, product }: Subject, floor: Floor): string {
  return `${version} is release ${counter} of ${product}, and this device has already run ${floor.counter}: it takes only higher numbers. Roll it out again, and its files are published under the next one`;
}

/** Why a device follows nothing that its version would act on wrongly (D13). */
export function lackingWords(lacking: readonly string[]): string {
  return `it asks for ${lacking.map((name) => `"${name}"`).join(', ')}, which this version of Fieldfare does not know: update the page that this device runs`;
}
