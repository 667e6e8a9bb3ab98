import { createHmac } from 'node:crypto';
import type { IceGrant } from '../src/core/wire/contact/ice-server.ts';
import type { NodeId } from '../src/core/wire/encoding/ids.ts';

export interface IceConfiguration {
  /** `stun:` and `stuns:` addresses. */
  readonly stunUrls: readonly string[];
  /** `turn:` and `turns:` addresses, all of servers that share the secret. */
  readonly turnUrls: readonly string[];
  /** coturn's `static-auth-secret`; undefined where there is no TURN server. */
  readonly turnSecret: string | undefined;
}

/** A guess: long enough for a slow clock at the TURN server, short enough that a copied password is soon worth nothing. */
const CREDENTIAL_LIFE_MS = 60 * 60 * 1000;
/** Enough of a key to tell members apart in the TURN server's log and quotas. */
const NAME_CHARACTERS = 16;

/**
 * Short-lived credentials of coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00, section 2.2): the name is the
 * Unix time at which they end and who they are for, the password base64(HMAC-SHA1(secret, name)).
 */
export function issueIce(
  { stunUrls, turnUrls, turnSecret }: IceConfiguration,
  member: NodeId,
  nowMs: number,
): IceGrant {
  const stun = stunUrls.map((url) => ({ type: 'stun' as const, url }));
  if (turnSecret === undefined || turnUrls.length === 0) return { servers: stun, lifeMs: undefined };
  const username = `${Math.floor((nowMs + CREDENTIAL_LIFE_MS) / 1000)}:${member.slice(0, NAME_CHARACTERS)}`;
  const credential = createHmac('sha1', turnSecret).update(username).digest('base64');
  return {
    servers: [...stun, ...turnUrls.map((url) => ({ type: 'turn' as const, url, username, credential }))],
    lifeMs: CREDENTIAL_LIFE_MS,
  };
}
