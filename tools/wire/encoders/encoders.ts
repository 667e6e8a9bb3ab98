import { encodeMessage } from '../../../src/core/wire/link/message.ts';
import type { DecoderName } from '../decoders.ts';
import { type Encoding, of } from './encoding.ts';
import { ENTRY_ENCODERS } from './entry-encoders.ts';
import { KEPT_ENCODERS } from './kept-encoders.ts';
import { linkMessages } from './link-values.ts';
import { SIGNALING_ENCODERS } from './signaling-encoders.ts';
import { STATEMENT_ENCODERS } from './statement-encoders.ts';

/** Each type by itself, or the bounds of most would be tried by chance. */
export const MESSAGE_ENCODERS: readonly (readonly [type: string, Encoding])[] = linkMessages.map(
  ([type, values]) => [type, of(values, encodeMessage)],
);

/** For everything else that reads what this code writes; what it does not write is the engine's. */
export const ENCODERS = {
  ...ENTRY_ENCODERS,
  ...STATEMENT_ENCODERS,
  ...SIGNALING_ENCODERS,
  ...KEPT_ENCODERS,
} as const satisfies Record<Exclude<DecoderName, 'torrent wire' | 'message'>, Encoding>;
