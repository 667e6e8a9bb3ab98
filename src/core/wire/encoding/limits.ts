/** Bounds on what another node may make us hold. All are part of the wire format: raising one is compatible, lowering is not. */

/** A control frame. An entry of full size with its signatures fits; Chromium's message limit of 256 KiB is not reached. */
export const MAX_FRAME_BYTES = 128 * 1024;
/** The signed bytes of one entry. */
export const MAX_ENTRY_BYTES = 64 * 1024;
/** The signed bytes of a lease or receipt. */
export const MAX_STATEMENT_BYTES = 4 * 1024;
/** Signatures of one entry: m of n with room; a guess, it trades key-holders against frame size. */
export const MAX_SIGNATURES = 16;
/** One WebRTC description with candidates is 2 to 6 KiB; a guess with room. */
export const MAX_SIGNAL_BYTES = 16 * 1024;
/** One sealed message over a signaling server's relay; no larger than a signal, so that one bound holds for every socket. */
export const MAX_RELAY_MESSAGE_BYTES = 16 * 1024;
/** Control frames, or bytes of one bulk channel, kept while nobody listens yet: eight full frames. A guess. */
export const MAX_KEPT_BYTES = 1024 * 1024;
/** A pairing message: a join link is some hundred bytes; a guess with room. */
export const MAX_PAIRING_MESSAGE_BYTES = 4 * 1024;
/** Peers that a signaling server names to a newcomer: enough to fill an active view several times over. */
export const MAX_ROOM_SAMPLE = 32;
/** Characters of one name in a path (BaseFS). */
export const MAX_NAME_CHARACTERS = 256;
/** Names in a path; a guess. */
export const MAX_PATH_DEPTH = 16;
/** Parents of one entry; a guess, it bounds how many heads one merge can join. */
export const MAX_PARENTS = 64;
/** Grants from the root down to the deepest; a guess, it bounds what following a delegation costs. */
export const MAX_GRANT_DEPTH = 16;
/** Roles of one grant: four times those of this version; a guess. */
export const MAX_ROLES = 16;
/** Entries nest no deeper than this; a guess, it bounds the decoder's stack. */
export const MAX_NESTING = 12;
/** Labels of a device; a guess. */
export const LABEL_BOUNDS = { items: 32, characters: 64 } as const;
