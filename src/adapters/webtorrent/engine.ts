import type WebTorrent from 'webtorrent';
import type { Torrent, TorrentOptions } from 'webtorrent';

/** The BitTorrent engine, loaded and started when the first bundle needs it. */
export interface Engine {
  add(metainfo: Uint8Array, options: Omit<TorrentOptions, 'announce' | 'strategy'>): Promise<Torrent>;
  /** Idempotent. */
  close(): Promise<void>;
}

export function createEngine(onError: (error: Error) => void): Engine {
  const start = async () => {
    const { default: WebTorrent } = await import('webtorrent');
    // Every way in or out but the streams that are added by hand is off.
    const client = new WebTorrent({
      tracker: false,
      dht: false,
      lsd: false,
      utp: false,
      utPex: false,
      webSeeds: false,
      natUpnp: false,
      natPmp: false,
      maxConns: 16,
    });
    client.on('error', onError);
    closeDoor(client);
    return client;
  };
  let starting: ReturnType<typeof start> | undefined;
  let closing: Promise<void> | undefined;

  return {
    async add(metainfo, options) {
      if (closing !== undefined) throw new Error('the engine was closed');
      starting ??= start();
      const client = await starting;
      // An empty `announce` keeps the engine's public trackers out.
      const torrent = client.add(metainfo, { ...options, announce: [], strategy: 'rarest' });
      coalesceUpdates(torrent);
      return torrent;
    },
    close() {
      closing ??= starting === undefined ? Promise.resolve() : starting.then((client) => ended(client));
      return closing;
    },
  };
}

/**
 * In Node the engine listens for BitTorrent peers, and no option keeps it from that. Attack: through that port a stranger would reach the
 * swarm past the links, which no ban could end.
 */
export function closeDoor({ _connPool }: Pick<WebTorrent, '_connPool'>): void {
  const server = _connPool?.tcpServer;
  server?.removeAllListeners('connection');
  server?.once('listening', () => server.close());
}

/**
 * For each block and each message of a peer the engine goes through all pieces for every wire, each time in an idle
 * callback of its own: that is half of the CPU time of a leecher among eight. Here one callback serves everything that
 * asked for an update before it runs.
 */
export function coalesceUpdates(torrent: Pick<Torrent, '_update' | '_updateWireWrapper'>): void {
  let due = false;
  torrent._update = () => {
    if (due) return;
    due = true;
    soon(() => {
      due = false;
      torrent._updateWireWrapper();
    });
  };
}

/** When the page has time, as the engine's own looks; Node has no such callback. */
const soon: (run: () => void) => void =
  typeof requestIdleCallback === 'function'
    ? (run) => void requestIdleCallback(run, { timeout: 250 })
    : (run) => void setTimeout(run, 0);

function ended(client: { readonly destroyed: boolean; destroy(callback: () => void): void }): Promise<void> {
  return client.destroyed ? Promise.resolve() : new Promise((resolve) => client.destroy(resolve));
}
