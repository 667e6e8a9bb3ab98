import createMulticastDns from 'multicast-dns';
import { asksFor, recordsOf, type ServerAnnouncement } from './announcement.ts';

/** RFC 6762, 6: a record is not multicast again within a second. */
const LEAST_PAUSE_MS = 1_000;

export interface Announcer {
  /** Idempotent. Tells the network that the server is gone. */
  close(): Promise<void>;
}

/**
 * Announces a server by multicast DNS and DNS-SD (RFC 6762, 6763) until it is closed. The name is not probed for (RFC 6762, 8.1): it
 * must have what makes it unique. `onTrouble` hears why other machines may not find it; the server runs without.
 */
export function announceServer(options: {
  readonly announcement: ServerAnnouncement;
  readonly addresses: readonly string[];
  /** Of this interface alone; of all when absent. */
  readonly interfaceAddress?: string;
  readonly onTrouble: (error: Error) => void;
}): Announcer {
  const { announcement, addresses, interfaceAddress, onTrouble } = options;
  const mdns = createMulticastDns({
    bind: '0.0.0.0',
    ...(interfaceAddress !== undefined && { interface: interfaceAddress }),
  });
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const tell = () => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < LEAST_PAUSE_MS) return;
    toldAtMs = nowMs;
    mdns.respond(recordsOf(announcement, addresses), (error) => {
      if (error) onTrouble(error);
    });
  };
  mdns.on('error', onTrouble);
  mdns.on('query', ({ questions }) => {
    if (questions.some(({ name }) => asksFor(name, announcement))) tell();
  });
  mdns.on('ready', tell);
  // The first announcement may be lost (RFC 6762, 8.3).
  const again = setTimeout(tell, LEAST_PAUSE_MS + 100);

  let closing: Promise<void> | undefined;
  return {
    close() {
      clearTimeout(again);
      closing ??= new Promise((resolve) => {
        mdns.respond(recordsOf(announcement, addresses, 0), () => mdns.destroy(() => resolve()));
      });
      return closing;
    },
  };
}
