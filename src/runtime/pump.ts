/**
 * Drives a machine of inputs and effects by its contract: mutate, carry out what comes of it, and only then mutate again. What is told while
 * effects are carried out, as a link that goes down because one of them hung up, waits in an inbox until they are.
 */
export interface Pump<Input> {
  /** Returns when this input, and all that it led to at once, is done; inside an effect it returns at once. */
  tell(input: Input): void;
  /** Nothing that is told from now on is handled, nor what waits. Idempotent. */
  close(): void;
}

export function createPump<Input, Effect>(deps: {
  readonly handle: (input: Input) => readonly Effect[];
  readonly carryOut: (effects: readonly Effect[], input: Input) => void;
  /** An input whose handling or effects threw; those behind it go on. */
  readonly onFault: (error: unknown) => void;
}): Pump<Input> {
  const inbox: Input[] = [];
  let isDraining = false;
  let isClosed = false;

  const drain = () => {
    for (let next = inbox.shift(); next !== undefined; next = inbox.shift())
      try {
        deps.carryOut(deps.handle(next), next);
      } catch (error) {
        deps.onFault(error);
      }
  };

  return {
    tell: (input) => {
      if (isClosed) return;
      inbox.push(input);
      if (isDraining) return;
      isDraining = true;
      try {
        drain();
      } finally {
        isDraining = false;
      }
    },
    close: () => {
      isClosed = true;
      inbox.length = 0;
    },
  };
}
