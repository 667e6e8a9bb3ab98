/** What one server holds at most. All defaults are guesses for one small machine unless they say more. */
export interface RoomsLimits {
  /** A socket costs about 8 KiB with ws: 20,000 are 160 MiB. */
  readonly maxSockets: number;
  /** A site behind one address may run hundreds of kiosks; a lower bound would lock it out. */
  readonly maxSocketsPerAddress: number;
  readonly maxRooms: number;
  readonly maxMembersPerRoom: number;
  readonly maxRendezvous: number;
  /** Messages a second of one socket, sustained, and at once: a newcomer that calls 32 peers sends about 10 each. */
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  readonly decideWithinMs: number;
  /** One side alone: somewhat longer than a pairing code lives. */
  readonly rendezvousLifeMs: number;
  /** Both sides together: an operator may think before admitting. */
  readonly pairingLifeMs: number;
}

export const DEFAULT_ROOMS_LIMITS: RoomsLimits = {
  maxSockets: 20_000,
  maxSocketsPerAddress: 512,
  maxRooms: 10_000,
  maxMembersPerRoom: 10_000,
  maxRendezvous: 5_000,
  messagesPerSecond: 40,
  messageBurst: 400,
  decideWithinMs: 10_000,
  rendezvousLifeMs: 11 * 60_000,
  pairingLifeMs: 2 * 60_000,
};
