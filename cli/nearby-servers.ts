import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FoundServer } from '../signaling/discovery/find.ts';
import { type OriginRequest, refuse } from './origin-request.ts';

export const NEARBY_PATH = '/signaling/nearby';

/** A guess: whoever just started a server asks again; a server that was found a moment ago is still there. */
const FRESH_MS = 15_000;
/** A guess: more people than look at one site's settings at once. Attack: requests that pile up while the network is listened to. */
const MAX_WAITING = 32;

/** Answers pages of this origin with the servers that announce themselves on this machine's network (S17). */
export interface NearbyServersEndpoint {
  answer(asked: OriginRequest, request: IncomingMessage, response: ServerResponse): void;
}

/** `find` listens for some seconds; it runs once at a time, and not again while what it found is fresh. */
export function createNearbyServersEndpoint(deps: {
  readonly find: () => Promise<readonly FoundServer[]>;
  readonly nowMs: () => number;
}): NearbyServersEndpoint {
  let last: { readonly atMs: number; readonly servers: readonly FoundServer[] } | undefined;
  let search: Promise<readonly FoundServer[]> | undefined;
  let waiting = 0;

  const servers = () => {
    if (last !== undefined && deps.nowMs() - last.atMs < FRESH_MS) return Promise.resolve(last.servers);
    search ??= deps
      .find()
      .then((found) => {
        last = { atMs: deps.nowMs(), servers: found };
        return found;
      })
      .finally(() => {
        search = undefined;
      });
    return search;
  };

  return {
    answer(asked, request, response) {
      if (!isOwnPage(asked, request))
        return refuse(response, 403, 'Only pages of this server are told which servers are near it.');
      if (waiting >= MAX_WAITING) {
        response.setHeader('Retry-After', '5');
        return refuse(response, 429, 'Too many ask at once. Try again in a few seconds.');
      }
      waiting++;
      servers()
        .then(
          (found) => {
            response.setHeader('Content-Type', 'application/json');
            response.end(JSON.stringify({ servers: found }));
          },
          () => refuse(response, 503, 'This server cannot listen to multicast DNS on its network.'),
        )
        .finally(() => {
          waiting--;
        });
    },
  };
}

/**
 * Attack: a page of another site, in a browser on this machine, that maps its network: by a request of its own, which the browser
 * marks (Fetch Metadata, W3C), or under a name of its own that leads here (DNS rebinding), which has no certificate of ours.
 */
function isOwnPage({ scheme, hostname }: OriginRequest, request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  const isNamedHere = scheme === 'https' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return isNamedHere && (site === undefined || site === 'same-origin');
}
