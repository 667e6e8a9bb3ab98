import type { CborValue } from '../encoding/cbor.ts';
import { WireError } from '../encoding/refusal.ts';
import { readList, readText } from '../encoding/shape.ts';
import type { LinkMessage } from './message.ts';

/**
 * What this version speaks beyond the base of 1.0, in rising order: what its hello names (H14). Nothing yet. A feature that every 1.x
 * knows is no feature, and one that is named is never named for something else.
 */
export const FEATURES: readonly string[] = [];

const BASE = 'base';

/**
 * The feature that a neighbour must have named before a message of the type is sent to it. `base` is what every 1.x reads; all of M1 is,
 * and so are the handshake, bulk channels and moving a link (H1 to H13).
 */
const FEATURE_OF: Readonly<Record<LinkMessage['type'], string>> = {
  greet: BASE,
  sketch: BASE,
  list: BASE,
  more: BASE,
  answer: BASE,
  ranges: BASE,
  inventory: BASE,
  entries: BASE,
  statements: BASE,
  push: BASE,
  holdings: BASE,
  'wire-offer': BASE,
  'wire-ready': BASE,
  'wire-declined': BASE,
  goodbye: BASE,
  join: BASE,
  'forward-join': BASE,
  neighbor: BASE,
  'neighbor-answer': BASE,
  disconnect: BASE,
  shuffle: BASE,
  'shuffle-reply': BASE,
  'active-view': BASE,
  subscribe: BASE,
  'join-topic': BASE,
  ihave: BASE,
  'ihave-brief': BASE,
  graft: BASE,
  'graft-brief': BASE,
  prune: BASE,
  signal: BASE,
};

/** Whether who named these features reads messages of the type. */
export function isSpoken(type: LinkMessage['type'], named: ReadonlySet<string>): boolean {
  const feature = FEATURE_OF[type];
  return feature === BASE || named.has(feature);
}

/** A guess with room: names of a hello; more than any version has, and all of them at their longest fit a handshake frame. */
const MAX_FEATURES = 32;
const FEATURE = /^[a-z][a-z0-9-]{0,31}$/;

/** Names in rising order of their bytes, each once, known here or not. Throws WireError for anything else. */
export function readFeatures(value: CborValue | undefined): readonly string[] {
  const names = readList(value, 'features', MAX_FEATURES).map((item) => {
    const name = readText(item, 'a feature', 32);
    if (!FEATURE.test(name))
      throw new WireError('a feature is not 1 to 32 of a-z, 0-9 and "-", a letter first');
    return name;
  });
  if (names.some((name, at) => at > 0 && names[at - 1]! >= name))
    throw new WireError('features are not in rising order, or one is named twice');
  return names;
}
