import createMulticastDns from 'multicast-dns';
import { readAnnouncement, SERVICE, type ServerAnnouncement } from './announcement.ts';
import { localAddresses } from './local-networks.ts';

export type FoundServer = Omit<ServerAnnouncement, 'port'>;

/** A guess: a server answers at once, unless it has spoken within the second; longer finds none that this does not. */
const LISTEN_MS = 3_500;
/** Three questions, so that one that is lost, or came too soon after another's, costs nothing (RFC 6762, 5.2). */
const ASK_AT_MS = [0, 1_200, 2_400];
/** A guess: a site has a few. Attack: names without end fill the memory and the terminal. */
const MAX_SERVERS = 64;

/** Servers that announce themselves on this network, by name. Anybody can: compare fingerprints. Rejects where multicast DNS is not possible. */
export function findServers(
  options: { readonly interfaceAddress?: string; readonly listenMs?: number } = {},
): Promise<readonly FoundServer[]> {
  const { interfaceAddress, listenMs = LISTEN_MS } = options;
  const mdns = createMulticastDns({
    bind: '0.0.0.0',
    ...(interfaceAddress !== undefined && { interface: interfaceAddress }),
  });
  const isLocal = localAddresses();
  const found = new Map<string, FoundServer>();
  mdns.on('response', ({ answers, additionals }, { address }) => {
    // Attack: the port takes packets from beyond the network too (RFC 6762, 11).
    if (!isLocal(address)) return;
    for (const record of [...answers, ...additionals]) {
      const read = readAnnouncement(record, isLocal);
      if (read?.type === 'gone') found.delete(read.name);
      else if (read !== undefined && (found.has(read.server.name) || found.size < MAX_SERVERS))
        found.set(read.server.name, read.server);
    }
  });
  return new Promise((resolve, reject) => {
    const timers = ASK_AT_MS.map((delayMs) =>
      setTimeout(() => mdns.query([{ name: SERVICE, type: 'PTR' }]), delayMs),
    );
    const end = (settle: () => void) => {
      for (const timer of timers) clearTimeout(timer);
      mdns.destroy();
      settle();
    };
    timers.push(
      setTimeout(
        () => end(() => resolve([...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)))),
        listenMs,
      ),
    );
    mdns.on('error', (error) => end(() => reject(error)));
  });
}
