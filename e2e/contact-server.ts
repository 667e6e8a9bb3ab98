import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSignalingServer } from '../signaling/server.ts';
import { createNobleKeys } from '../src/adapters/noble/keys.ts';

/** A signaling server of its own, for first contact. */
export interface ContactServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startContactServer(): Promise<ContactServer> {
  const keys = createNobleKeys({
    randomness: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
  });
  const signaling = createSignalingServer({ keys });
  const http = createServer();
  http.on('upgrade', signaling.handleUpgrade);
  await new Promise<void>((resolve) => http.listen(0, 'localhost', resolve));
  return {
    url: `ws://localhost:${(http.address() as AddressInfo).port}`,
    close: async () => {
      await signaling.close();
      http.close();
    },
  };
}
