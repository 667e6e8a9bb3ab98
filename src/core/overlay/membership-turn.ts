import type { NodeId } from '../wire/encoding/ids.ts';
import type { MembershipMessage } from '../wire/link/overlay.ts';

export type HyParViewTimer = 'redial' | 'shuffle' | 'active-view';

export type HyParViewEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: MembershipMessage }
  | { readonly type: 'dial'; readonly peer: NodeId }
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'seek-peers' }
  | { readonly type: 'schedule-timer'; readonly timer: HyParViewTimer; readonly delayMs: number }
  | { readonly type: 'peer-misbehaved'; readonly peer: NodeId; readonly reason: string };

/** One input's turn: the time and the chance that came with it, and the effects that HyParView's parts add to it in order. */
export interface MembershipTurn {
  readonly nowMs: number;
  readonly random: () => number;
  emit(effect: HyParViewEffect): void;
  send(to: NodeId, message: MembershipMessage): void;
  schedule(timer: HyParViewTimer, delayMs: number): void;
  /** Undefined when there are none. */
  pickAny<Item>(items: readonly Item[]): Item | undefined;
}

export function createMembershipTurn(): MembershipTurn & {
  /** All that `course` adds. */
  take(nowMs: number, random: () => number, course: () => void): readonly HyParViewEffect[];
} {
  let effects: HyParViewEffect[] = [];
  let nowMs = 0;
  let random: () => number = () => 0;
  const emit = (effect: HyParViewEffect) => {
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
    pickAny: (items) => items[Math.floor(random() * items.length)],
    take: (atMs, chance, course) => {
      effects = [];
      nowMs = atMs;
      random = chance;
      course();
      return effects;
    },
  };
}
