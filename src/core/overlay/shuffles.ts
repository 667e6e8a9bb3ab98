import type { NodeId } from '../wire/encoding/ids.ts';
import { MAX_HOPS } from '../wire/link/overlay.ts';
import type { ActiveView } from './active-view.ts';
import type { HyParViewConfig } from './hyparview-config.ts';
import type { MembershipTurn } from './membership-turn.ts';
import { type PassiveView, shuffled } from './passive-view.ts';

/**
 * HyParView's SHUFFLE: a sample of a node's views walks at random, and where the walk ends it is exchanged for a sample there. The reply
 * goes back the way that the shuffle came, since there are no connections for a single message.
 */
export interface Shuffles {
  start(): void;
  onShuffle(peer: NodeId, path: readonly NodeId[], nodes: readonly NodeId[]): void;
  onReply(peer: NodeId, path: readonly NodeId[], nodes: readonly NodeId[]): void;
}

export function createShuffles({
  self,
  turn,
  view,
  passive,
  isNear,
  learnNamed,
  onLearned,
  shuffle,
}: {
  readonly shuffle: HyParViewConfig['shuffle'];
  readonly self: NodeId;
  readonly turn: MembershipTurn;
  readonly view: Pick<ActiveView, 'neighbours' | 'trusted'>;
  readonly passive: Pick<PassiveView, 'sample'>;
  readonly isNear: (node: NodeId) => boolean;
  readonly learnNamed: (nodes: readonly NodeId[], by: NodeId) => void;
  readonly onLearned: () => void;
}): Shuffles {
  let answerDue = false;

  const sample = (): NodeId[] => [
    ...shuffled(view.trusted(), turn.random).slice(0, shuffle.active),
    ...passive.sample(shuffle.passive, turn.random).filter((node) => !view.neighbours.has(node)),
  ];

  return {
    start: () => {
      const to = turn.pickAny(view.trusted());
      if (to === undefined) return;
      answerDue = true;
      turn.send(to, { type: 'shuffle', path: [self], nodes: sample().filter((node) => node !== to) });
    },
    onShuffle: (peer, path, nodes) => {
      if (path.at(-1) !== peer || path.includes(self)) {
        const reason = 'a shuffle whose path does not end at who sent it';
        return turn.emit({ type: 'peer-misbehaved', peer, reason });
      }
      const origin = path[0]!;
      const next = turn.pickAny(view.trusted().filter((other) => !path.includes(other)));
      if (path.length < MAX_HOPS && next !== undefined) {
        turn.send(next, { type: 'shuffle', path: [...path, self], nodes });
        if (isNear(origin)) learnNamed([origin], peer);
        return;
      }
      turn.send(peer, {
        type: 'shuffle-reply',
        path: path.slice(0, -1),
        nodes: sample().filter((node) => node !== origin),
      });
      learnNamed([origin, ...nodes.slice(0, shuffle.active + shuffle.passive)], peer);
      onLearned();
    },
    onReply: (peer, path, nodes) => {
      const next = path.at(-1);
      if (next !== undefined) {
        if (view.neighbours.has(next))
          turn.send(next, { type: 'shuffle-reply', path: path.slice(0, -1), nodes });
        return;
      }
      // Attack: answers that nobody asked for fill the passive view.
      if (!answerDue) return;
      answerDue = false;
      learnNamed(nodes.slice(0, shuffle.active + shuffle.passive), peer);
      onLearned();
    },
  };
}
