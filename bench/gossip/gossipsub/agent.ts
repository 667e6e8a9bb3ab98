import './promise-with-resolvers.ts';
import { gossipsub, StrictSign } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import type { FromGossipsubAgent, ToGossipsubAgent } from './messages.ts';

const LOOPBACK = '127.0.0.1';
const TOPIC = 'bench';
const say = (message: FromGossipsubAgent) => process.send!(message);

/** A libp2p node as it comes, but for what would punish agents for sharing one address. */
const libp2p = await createLibp2p({
  addresses: { listen: [`/ip4/${LOOPBACK}/tcp/0`] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: Number.POSITIVE_INFINITY },
  services: {
    identify: identify(),
    pubsub: gossipsub({
      globalSignaturePolicy: StrictSign,
      emitSelf: true,
      scoreParams: { IPColocationFactorWhitelist: new Set([LOOPBACK]) },
    }),
  },
});
const { pubsub } = libp2p.services;

const meshPeers = new Set<string>();
pubsub.addEventListener('gossipsub:graft', ({ detail }) => {
  meshPeers.add(detail.peerId);
  say({ type: 'state', meshPeers: meshPeers.size });
});
pubsub.addEventListener('gossipsub:prune', ({ detail }) => {
  meshPeers.delete(detail.peerId);
  say({ type: 'state', meshPeers: meshPeers.size });
});
pubsub.addEventListener('message', ({ detail }) => {
  say({ type: 'heard', item: new TextDecoder().decode(detail.data) });
});
process.on('message', (message: ToGossipsubAgent) => {
  if (message.type === 'say') void pubsub.publish(TOPIC, new TextEncoder().encode(message.item));
  else void dialAll(message.addresses);
});
// An agent never outlives the bench, however that ended.
process.on('disconnect', () => process.exit());
pubsub.subscribe(TOPIC);
say({ type: 'listening', address: libp2p.getMultiaddrs()[0]!.toString() });

async function dialAll(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await libp2p.dial(multiaddr(address));
  say({ type: 'connected' });
}
