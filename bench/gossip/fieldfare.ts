import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { built } from '../../tools/launch/built.mjs';
import { type ClusterKind, createTally, untilTrue } from './cluster.ts';
import type { FromAgent, Invitation, ToAgent } from './messages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A guess: they share the cores. */
const START_TIMEOUT_MS = 220_000;
/** A guess: when no link came or went for this long, the overlay has settled. */
const SETTLED_MS = 5_000;
/** A guess: the devices of a shop. What they say of themselves stays there (G6); what the operator says goes to all. */
const SITE_DEVICES = 10;
/** Of processes that start side by side: more would only wait for each other. */
const STARTING = 4;

/** Nodes of ours over real WebRTC links; what spreads is a signed entry, checked at every hop and folded into every view. */
export const fieldfare: ClusterKind = {
  name: 'fieldfare',
  missing: () => undefined,
  start: async ({ agents, brood, progress }) => {
    const tally = createTally(agents);
    const states = new Map<number, { readonly links: number; readonly knowsFleet: boolean }>();
    let lastChangeMs = performance.now();
    let invitations: readonly Invitation[] | undefined;

    const signaling = brood.add(
      spawn(process.execPath, [await built('signaling/main.ts', 'signaling'), '--port', '0'], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const firstLine = await new Promise<string>((resolve) =>
      createInterface({ input: signaling.stdout }).once('line', resolve),
    );
    const url = /ws:\S+/.exec(firstLine)?.[0];
    if (url === undefined) throw new Error(`the signaling server says "${firstLine}"`);

    const program = await built('bench/gossip/agent.ts', 'gossip-agent');
    const start = (agent: number) => {
      const asWhat =
        invitations === undefined
          ? ['founder', String(Math.ceil(agents / SITE_DEVICES))]
          : ['device', ...invitations[agent % invitations.length]!];
      const child = brood.add(
        spawn(process.execPath, [program, url, ...asWhat], {
          cwd: ROOT,
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        }),
      );
      child.on('message', (message: FromAgent) => {
        if (message.type === 'heard') return tally.heard(agent, message.item);
        if (message.type === 'founded') invitations = message.invitations;
        else {
          states.set(agent, message);
          lastChangeMs = performance.now();
        }
      });
      return child;
    };

    const first = start(0);
    await untilTrue(() => invitations !== undefined, 'the fleet is founded', START_TIMEOUT_MS);
    const knowing = () =>
      [...states.values()].filter(({ links, knowsFleet }) => links > 0 && knowsFleet).length;
    for (let agent = 1; agent < agents; agent++) {
      progress(`fieldfare: agent ${agent + 1} of ${agents}`);
      await untilTrue(() => agent - knowing() < STARTING, `agent ${agent} has its turn`, START_TIMEOUT_MS);
      start(agent);
    }
    await untilTrue(
      () => knowing() === agents && performance.now() - lastChangeMs > SETTLED_MS,
      'all agents have links and know the fleet',
      START_TIMEOUT_MS,
    );

    return {
      spread: () => tally.spread((item) => first.send({ type: 'say', item } satisfies ToAgent)),
      close: () => undefined,
    };
  },
};
