import type { NodeId } from '../wire/encoding/ids.ts';
import type { BroadcastMessage } from '../wire/link/overlay.ts';
import type { PushItem } from './effect.ts';
import type { OverlayInput } from './input.ts';

export type PlumtreeInput =
  | Extract<
      OverlayInput,
      {
        type:
          | 'item-accepted'
          | 'item-duplicate'
          | 'topics-wanted'
          | 'speaker-heard'
          | 'link-congested'
          | 'link-drained';
      }
    >
  | { readonly type: 'link-up'; readonly peer: NodeId }
  | { readonly type: 'link-down'; readonly peer: NodeId }
  | { readonly type: 'message-received'; readonly peer: NodeId; readonly message: BroadcastMessage }
  | { readonly type: 'timer-fired'; readonly timer: PlumtreeTimer };

export type PlumtreeTimer = 'announce' | 'announce-across' | 'graft' | 'optimise' | 'relays';

export type PlumtreeEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: BroadcastMessage }
  | PushItem
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'schedule-timer'; readonly timer: PlumtreeTimer; readonly delayMs: number };

/** One input's turn: the time and the chance that came with it, and the effects that Plumtree's parts add to it in order. */
export interface BroadcastTurn {
  readonly nowMs: number;
  readonly random: () => number;
  emit(effect: PlumtreeEffect): void;
  send(to: NodeId, message: BroadcastMessage): void;
  schedule(timer: PlumtreeTimer, delayMs: number): void;
}

export function createBroadcastTurn(): BroadcastTurn & {
  /** All that `course` adds. */
  take(nowMs: number, random: () => number, course: () => void): readonly PlumtreeEffect[];
} {
  let effects: PlumtreeEffect[] = [];
  let nowMs = 0;
  let random: () => number = () => 0;
  const emit = (effect: PlumtreeEffect) => {
    effects.push(effect);
  };
  return {
    get nowMs() {
      return nowMs;
    },
    get random() {
      return random;
    },
    emit,
    send: (to, message) => emit({ type: 'send-message', to, message }),
    schedule: (timer, delayMs) => emit({ type: 'schedule-timer', timer, delayMs }),
    take: (atMs, chance, course) => {
      effects = [];
      nowMs = atMs;
      random = chance;
      course();
      return effects;
    },
  };
}
