import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { built } from '../../tools/launch/built.mjs';
import { seededRandom } from '../seeded-random.ts';
import { type ClusterKind, createTally, untilTrue } from './cluster.ts';
import type { FromGossipsubAgent, ToGossipsubAgent } from './gossipsub/messages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A guess: sixty agents on two cores are up and have a mesh well before. */
const START_TIMEOUT_MS = 80_000;
/** A guess: some heartbeats, which are a second apart; when no mesh changed for this long, it has settled. */
const SETTLED_MS = 5_000;
/** A guess: so many that each dials make twice as many connections, between the mesh degrees D = 6 and Dhi = 12 (gossipsub v1.0). */
const DIALS = 4;

/** libp2p over TCP, Noise and Yamux, its gossipsub as it comes; what spreads is a signed message, checked at every hop. */
export const gossipsub: ClusterKind = {
  name: 'libp2p gossipsub',
  missing: () => undefined,
  start: async ({ agents, brood, seed, progress }) => {
    const tally = createTally(agents);
    const addresses = new Map<number, string>();
    const connected = new Set<number>();
    const meshPeers = new Map<number, number>();
    let lastChangeMs = performance.now();

    const program = await built('bench/gossip/gossipsub/agent.ts', 'gossipsub-agent');
    progress(`gossipsub: ${agents} agents start`);
    const children = Array.from({ length: agents }, (_, agent): ChildProcess => {
      const child = brood.add(
        spawn(process.execPath, [program], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
      );
      child.on('message', (message: FromGossipsubAgent) => {
        if (message.type === 'heard') return tally.heard(agent, message.item);
        if (message.type === 'listening') addresses.set(agent, message.address);
        else if (message.type === 'connected') connected.add(agent);
        else {
          meshPeers.set(agent, message.meshPeers);
          lastChangeMs = performance.now();
        }
      });
      return child;
    });
    const tell = (agent: number, message: ToGossipsubAgent) => children[agent]!.send(message);

    await untilTrue(() => addresses.size === agents, 'all gossipsub agents listen', START_TIMEOUT_MS);
    progress('gossipsub: agents dial each other');
    const random = seededRandom(seed);
    for (let agent = 0; agent < agents; agent++) {
      const others = [...addresses].filter(([other]) => other !== agent).map(([, address]) => address);
      const chosen = Array.from(
        { length: DIALS },
        () => others.splice(Math.floor(random() * others.length), 1)[0]!,
      );
      tell(agent, { type: 'dial', addresses: chosen });
      // One after the other: of handshakes that begin all at once on two cores some run out of libp2p's 10 s.
      await untilTrue(() => connected.has(agent), `gossipsub agent ${agent} is connected`, START_TIMEOUT_MS);
    }
    await untilTrue(
      () =>
        [...meshPeers.values()].filter((peers) => peers > 0).length === agents &&
        performance.now() - lastChangeMs > SETTLED_MS,
      'all gossipsub agents have a mesh',
      START_TIMEOUT_MS,
    );

    return {
      spread: () => tally.spread((item, agent) => tell(agent, { type: 'say', item })),
      close: () => undefined,
    };
  },
};
