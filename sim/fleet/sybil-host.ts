import type { OverlayMessage } from '../../src/core/wire/link/overlay.ts';
import { sample } from '../engine/random.ts';
import type { NodeIndex } from '../network/topology.ts';
import type { FleetFacts } from './fleet.ts';
import type { Host, HostServices } from './host.ts';
import { messageFrame, type OverlayFrame } from './overlay-host.ts';

/** Whom the attackers are after, and who they are. They act as one. */
export interface Conspiracy {
  readonly sybils: readonly NodeIndex[];
  readonly targets: readonly NodeIndex[];
  /** Links that each of them tries to hold. */
  readonly linksEach: number;
}

/** A guess: how often a Sybil dials again, shuffles and shows its view; honest nodes are slower. */
const STEP_MS = 2_000;
const DIALS_A_STEP = 4;
/** As many as a list may have (MAX_NODES). */
const NODES_A_LIST = 16;

/**
 * A Sybil of an eclipse (Singh et al., INFOCOM 2006): it takes every link, wants more of them, names nobody but its like, asks for
 * everything, and passes nothing on.
 */
export function createSybilHost(
  services: HostServices<OverlayFrame>,
  { directory }: FleetFacts,
  { sybils, targets, linksEach }: Conspiracy,
): Host<OverlayFrame> {
  const { idOf } = directory;
  const links = new Set<NodeIndex>();
  const isTarget = new Set(targets);

  const say = (peer: NodeIndex, message: OverlayMessage) => services.send(peer, messageFrame(message));
  const others = () =>
    sample(sybils, NODES_A_LIST + 1, services.random)
      .filter((sybil) => sybil !== services.node)
      .slice(0, NODES_A_LIST)
      .map(idOf);

  const step = () => {
    for (const peer of links) {
      say(peer, { type: 'shuffle', path: [idOf(services.node)], nodes: others() });
      say(peer, { type: 'active-view', nodes: others() });
    }
    const wanted = Math.min(DIALS_A_STEP, linksEach - links.size);
    for (const target of sample(targets, Math.max(0, wanted), services.random)) services.dial(target);
    services.schedule('step', STEP_MS * (0.5 + services.random()));
  };

  const onMessage = (peer: NodeIndex, message: OverlayMessage) => {
    if (message.type === 'neighbor') say(peer, { type: 'neighbor-answer', accepted: true });
    if (message.type === 'shuffle')
      say(peer, { type: 'shuffle-reply', path: message.path.slice(0, -1), nodes: others() });
    if (message.type === 'join')
      for (const node of others()) say(peer, { type: 'forward-join', node, hopsLeft: 6 });
  };

  return {
    admits: () => true,
    offerSignal: () => false,
    held: () => [],
    publish: () => {
      throw new Error('a Sybil publishes nothing');
    },
    handle: (fact) => {
      switch (fact.type) {
        case 'node-started':
          return services.schedule('step', STEP_MS * services.random());
        case 'timer-fired':
          return step();
        case 'link-up':
          links.add(fact.peer);
          say(fact.peer, { type: 'subscribe', topics: 'all', relays: [] });
          if (fact.dialled) say(fact.peer, { type: 'neighbor', priority: 'high' });
          for (const node of others().slice(0, 4))
            say(fact.peer, { type: 'forward-join', node, hopsLeft: 6 });
          return;
        case 'link-down':
          links.delete(fact.peer);
          return;
        case 'peer-seen':
          if (isTarget.has(fact.peer)) services.dial(fact.peer);
          return;
        case 'frame-received':
          if (fact.frame.type === 'message') onMessage(fact.peer, fact.frame.message);
          return;
        default:
          return;
      }
    },
  };
}
