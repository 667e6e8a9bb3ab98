import type { PendingState } from '../runtime/joining/pending-invitation.ts';

/** What a person is told of an invitation that is not taken up yet. */
export interface InvitationWords {
  readonly title: string;
  readonly text: string;
  /** Whether it takes another invitation; `perhaps` where only a person can tell which clock is right. */
  readonly needsAnother: 'no' | 'perhaps' | 'yes';
}

/** A guess: clocks that nobody sets drift by minutes, which is no trouble. */
const CLOCKS_AGREE_MS = 5 * 60_000;

/** `self` is who was invited: "this screen", "this browser", "this node". */
export function wordsForInvitation(state: PendingState, self: string): InvitationWords {
  switch (state.type) {
    case 'awaited':
    case 'ready':
      return {
        title: 'Waiting for the fleet',
        text: 'The invitation is taken up as soon as a neighbour has sent what the fleet holds.',
        needsAnother: 'no',
      };
    case 'none':
      return { title: 'This was no invitation', text: 'The link lets nobody in.', needsAnother: 'yes' };
    case 'taken-back':
      return {
        title: 'The invitation was taken back',
        text: `It was revoked before ${self} was in.`,
        needsAnother: 'yes',
      };
    case 'refused':
      return {
        title: 'The invitation does not work',
        text: `It failed: ${state.reason}.`,
        needsAnother: 'yes',
      };
    case 'ended':
      return wordsForEnd(state, self);
  }
}

function wordsForEnd(
  { endedAtMs, nowMs, clocks }: Extract<PendingState, { type: 'ended' }>,
  self: string,
): InvitationWords {
  const ended = `The invitation ended on ${instant(endedAtMs)}`;
  const says = `clock of ${self} says ${instant(nowMs)}`;
  if (clocks === undefined)
    return {
      title: 'The invitation has ended, by this clock',
      text: `${ended}, and the ${says}. If that is wrong, set the clock: ${self} then joins by itself.`,
      needsAnother: 'perhaps',
    };
  if (nowMs - clocks.aheadMs > endedAtMs)
    return { title: 'The invitation has ended', text: `${ended}.`, needsAnother: 'yes' };
  return {
    title: 'The clock is wrong',
    text: `The ${says}, ${clockWords(clocks)}. Set the clock: ${self} then joins by itself.`,
    needsAnother: 'no',
  };
}

/** "366 days ahead of 2 neighbours", "as 1 neighbour". */
export function clockWords({
  aheadMs,
  clocks,
}: {
  readonly aheadMs: number;
  readonly clocks: number;
}): string {
  const others = `${clocks} neighbour${clocks === 1 ? '' : 's'}`;
  const offMs = Math.abs(aheadMs);
  if (offMs < CLOCKS_AGREE_MS) return `as ${others}`;
  const [unit, unitMs] =
    offMs >= 2 * 86_400_000
      ? ['days', 86_400_000]
      : offMs >= 2 * 3_600_000
        ? ['hours', 3_600_000]
        : ['minutes', 60_000];
  return `${Math.round(offMs / Number(unitMs))} ${unit} ${aheadMs > 0 ? 'ahead of' : 'behind'} ${others}`;
}

function instant(atMs: number): string {
  return new Date(atMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
