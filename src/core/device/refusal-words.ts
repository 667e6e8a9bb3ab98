import type { Subject } from './state.ts';

/** Why a release is not taken: a higher counter of its product was committed here. */
export function counterWords({ version, counter, product }: Subject, floor: number): string {
  return `${version} is release ${counter} of ${product}, and this device has already run ${floor}: it takes only higher numbers. Roll it out again, and its files are published under the next one`;
}

/** Why a rollout is not followed: it asks for what this version does not know. */
export function lackingWords(lacking: readonly string[]): string {
  return `it asks for ${lacking.map((name) => `"${name}"`).join(', ')}, which this version of Fieldfare does not know: update the page that this device runs`;
}
