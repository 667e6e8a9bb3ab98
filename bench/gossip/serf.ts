import { execFileSync, spawn } from 'node:child_process';
import { type ClusterKind, createTally, untilTrue } from './cluster.ts';
import { openSerfRpc, type SerfRpc } from './serf-rpc.ts';

/** Below the ports that systems hand out by themselves. */
const FIRST_PORT = 18_000;
/** A guess: sixty agents on two cores get to know each other within it. */
const START_TIMEOUT_MS = 150_000;
/** A guess: an agent's port is open well before. */
const PORT_TIMEOUT_MS = 15_000;

/** Serf's agents in its profile for a local network, events read from each agent's RPC stream. */
export const serf: ClusterKind = {
  name: 'serf 0.9.4, LAN profile',
  missing: () => {
    try {
      execFileSync('serf', ['version'], { stdio: 'ignore' });
      return undefined;
    } catch {
      return 'there is no serf here: apt-get install serf';
    }
  },
  start: async ({ agents, brood, progress }) => {
    const bindPort = (agent: number) => FIRST_PORT + agent * 2;
    const rpcPort = (agent: number) => FIRST_PORT + agent * 2 + 1;
    const tally = createTally(agents);
    const rpcs: SerfRpc[] = [];
    // One after the other, each joined before the next: many that join at once suspect each other of being dead.
    for (let agent = 0; agent < agents; agent++) {
      progress(`serf: agent ${agent + 1} of ${agents}`);
      brood.add(
        spawn(
          'serf',
          [
            'agent',
            '-profile=lan',
            `-node=agent-${agent}`,
            `-bind=127.0.0.1:${bindPort(agent)}`,
            `-rpc-addr=127.0.0.1:${rpcPort(agent)}`,
            '-log-level=err',
            ...(agent === 0 ? [] : [`-retry-join=127.0.0.1:${bindPort(0)}`, '-retry-interval=1s']),
          ],
          { stdio: 'ignore' },
        ),
      );
      await untilTrue(
        () =>
          openSerfRpc(rpcPort(agent), (event) => tally.heard(agent, event)).then(
            (rpc) => {
              rpcs.push(rpc);
              return true;
            },
            () => false,
          ),
        `the RPC port of agent ${agent}`,
        PORT_TIMEOUT_MS,
      );
    }
    progress('serf: agents get to know each other');
    await untilTrue(
      async () => (await Promise.all(rpcs.map((rpc) => rpc.members()))).every((known) => known === agents),
      'all agents know each other',
      START_TIMEOUT_MS,
    );

    return {
      spread: () => tally.spread((item, agent) => rpcs[agent]!.event(item)),
      close: () => {
        for (const rpc of rpcs) rpc.close();
      },
    };
  },
};
