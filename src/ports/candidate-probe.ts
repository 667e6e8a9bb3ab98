import type { IceServer } from '../core/wire/contact/ice-server.ts';

/** Asks the browser which ways of its own it would offer a peer (RFC 8445, 5.1.1). Nothing is sent to any peer. */
export interface CandidateProbe {
  /**
   * Resolves when the browser has gathered all, or after `timeoutMs`. An empty list where it has no WebRTC or found nothing;
   * never rejects.
   */
  gather(options: {
    readonly servers: readonly IceServer[];
    /** Offers nothing but what TURN servers lend. */
    readonly relayOnly: boolean;
    readonly timeoutMs: number;
  }): Promise<readonly GatheredCandidate[]>;
  /** False where the browser has no WebRTC at all. */
  readonly available: boolean;
}

export interface GatheredCandidate {
  readonly type: 'host' | 'srflx' | 'relay';
  readonly protocol: 'udp' | 'tcp';
  /** An mDNS name for host candidates, the outer address for those that STUN found. */
  readonly address: string;
  readonly port: number;
}
