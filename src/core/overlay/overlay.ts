import type { MonotonicMs } from '../time/instant.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { OverlayMessage, Topic } from '../wire/link/overlay.ts';
import type { OverlayEffect } from './effect.ts';
import { createHyParView } from './hyparview.ts';
import { DEFAULT_HYPARVIEW_CONFIG, type HyParViewConfig } from './hyparview-config.ts';
import type { OverlayInput } from './input.ts';
import { createPlumtree, type PlumtreeDeps } from './plumtree.ts';
import { DEFAULT_PLUMTREE_CONFIG, type PlumtreeConfig } from './plumtree-config.ts';
import { createSignalRouting } from './signal-routing.ts';

/**
 * The mesh as one node sees it: HyParView keeps its links, Plumtree spreads items over them, signals find their way along them.
 * Contract: call `handle` with one input at a time, carry out the effects in order, and only then go on. Time and chance are the
 * caller's; `nowMs` never goes back. Payloads stay with the caller: the overlay knows items by their ids alone.
 */
export interface Overlay {
  /** Nodes with a link that is up. */
  readonly neighbours: ReadonlySet<NodeId>;
  /** Whether a node that dials us may link; a banned one may not, nor any while all places are taken. */
  admits(peer: NodeId): boolean;
  /** Whether this node wants items of the topic, for itself or for others. */
  isWanted(topic: Topic): boolean;
  /** Whether the neighbour wants items of the topic, for itself or for others; until it says, it does. */
  isWantedBy(peer: NodeId, topic: Topic): boolean;
  handle(input: OverlayInput, nowMs: MonotonicMs, random: () => number): readonly OverlayEffect[];
}

export type { OverlayEffect } from './effect.ts';
export type { ItemSource, OverlayInput, OverlayTimer, Priority } from './input.ts';

export interface OverlayDeps extends PlumtreeDeps {
  readonly self: NodeId;
  /** The site that a node was admitted to; undefined for an operator and for who is not known. */
  readonly siteOf: (node: NodeId) => string | undefined;
  /** Whether the ledger knows the node: admitted, or holder of a grant. Anybody else is a stranger. */
  readonly isMember: (node: NodeId) => boolean;
}

/** What the two machines are set to that stand in for a paper's parameters. */
export interface OverlayConfig {
  readonly hyparview: HyParViewConfig;
  readonly plumtree: PlumtreeConfig;
}

export const DEFAULT_OVERLAY_CONFIG: OverlayConfig = {
  hyparview: DEFAULT_HYPARVIEW_CONFIG,
  plumtree: DEFAULT_PLUMTREE_CONFIG,
};

export function createOverlay(deps: OverlayDeps, config: OverlayConfig = DEFAULT_OVERLAY_CONFIG): Overlay {
  const membership = createHyParView(deps, config.hyparview);
  const broadcast = createPlumtree(deps, config.plumtree);
  const signals = createSignalRouting(deps);

  const onMessage = (
    peer: NodeId,
    message: OverlayMessage,
    nowMs: number,
    random: () => number,
  ): readonly OverlayEffect[] => {
    switch (message.type) {
      case 'signal':
        return signals.onSignal(peer, message, nowMs, random);
      case 'subscribe':
      case 'join-topic':
      case 'ihave':
      case 'ihave-brief':
      case 'graft':
      case 'graft-brief':
      case 'prune':
        return broadcast.handle({ type: 'message-received', peer, message }, nowMs, random);
      default:
        signals.onMembership(peer, message, nowMs);
        return membership.handle({ type: 'message-received', peer, message }, nowMs, random);
    }
  };

  return {
    neighbours: membership.neighbours,
    admits: membership.admits,
    isWanted: broadcast.isWanted,
    isWantedBy: broadcast.isWantedBy,
    handle: (input, nowMs, random) => {
      switch (input.type) {
        case 'peers-introduced':
        case 'peer-seen':
        case 'dial-failed':
        case 'peer-banned':
        case 'ban-ended':
        case 'members-changed':
          return membership.handle(input, nowMs, random);
        case 'link-up':
          signals.onLinkUp(input.peer);
          return [...membership.handle(input, nowMs, random), ...broadcast.handle(input, nowMs, random)];
        case 'link-down':
          signals.onLinkDown(input.peer);
          return [...broadcast.handle(input, nowMs, random), ...membership.handle(input, nowMs, random)];
        case 'message-received':
          return onMessage(input.peer, input.message, nowMs, random);
        case 'signal-offered':
          return signals.offer(input, nowMs, random);
        case 'timer-fired':
          switch (input.timer) {
            case 'announce':
            case 'announce-across':
            case 'graft':
            case 'optimise':
            case 'relays':
              return broadcast.handle({ type: 'timer-fired', timer: input.timer }, nowMs, random);
            default:
              return membership.handle({ type: 'timer-fired', timer: input.timer }, nowMs, random);
          }
        default:
          return broadcast.handle(input, nowMs, random);
      }
    },
  };
}
