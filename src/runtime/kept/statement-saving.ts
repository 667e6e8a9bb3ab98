import type { HeardStatement } from '../../core/fleet/statement-book.ts';
import { kindOf, type Statement } from '../../core/wire/statement/statement.ts';
import type { StatementKind } from '../../core/wire/statement/statement-kind.ts';
import type { Clock } from '../../ports/clock.ts';
import { createTimers } from '../timers.ts';

/**
 * Stores what others said of themselves, the inventory of who is offline. All of it is written at once, and devices renew their leases
 * every ten seconds: with 2,000 of them a save is a megabyte, so that only what is new to the store is saved soon.
 */
export interface StatementSaving {
  onHeard(heard: HeardStatement): void;
  /** Saves what waits for it. Idempotent. */
  close(): void;
}

/** A guess: news is saved after this long; a crash loses at most that much of it. */
const NEWS_MS = 2_000;
/** A guess: so much of when a device was last seen may be lost by a crash; who is there says it again within ten seconds. */
const RENEWAL_MS = 60_000;

export function createStatementSaving(deps: {
  readonly clock: Clock;
  /** What the store has. */
  readonly stored: readonly Pick<HeardStatement, 'statement'>[];
  readonly all: () => readonly HeardStatement[];
  /** Replaces what the store has. */
  readonly save: (statements: readonly HeardStatement[]) => void;
}): StatementSaving {
  let stored = slotsOf(deps.stored);
  const save = () => {
    timers.cancel('news');
    timers.cancel('renewal');
    const statements = deps.all();
    stored = slotsOf(statements);
    deps.save(statements);
  };
  const timers = createTimers<'news' | 'renewal'>(deps.clock, save);

  return {
    onHeard: ({ statement }) => {
      const isRenewal = RENEWED.has(kindOf(statement)) && stored.has(slotOf(statement));
      const [timer, delayMs] = isRenewal ? (['renewal', RENEWAL_MS] as const) : (['news', NEWS_MS] as const);
      if (!timers.isPending(timer)) timers.schedule(timer, delayMs);
    },
    close: () => {
      if (timers.isPending('news') || timers.isPending('renewal')) save();
      timers.close();
    },
  };
}

/** Said again and again, whether anything changed or not. */
const RENEWED: ReadonlySet<StatementKind> = new Set(['lease', 'summary', 'beacon']);

const slotOf = (statement: Statement) => `${kindOf(statement)} ${statement.author}`;
const slotsOf = (heard: readonly Pick<HeardStatement, 'statement'>[]): ReadonlySet<string> =>
  new Set(heard.map(({ statement }) => slotOf(statement)));
