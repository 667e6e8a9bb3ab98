/** A guess: time to read a screen, and a public one is not left with it. */
export const LEFT_AFTER_MS = 120_000;

/** Calls `close` once nobody has touched a screen or pressed a key for two minutes, or at Escape, until the returned function is called. */
export function closeWhenLeft(deps: {
  readonly events: EventTarget;
  readonly clock: { schedule(delayMs: number, run: () => void): () => void };
  readonly close: () => void;
}): () => void {
  const { events, clock, close } = deps;
  let cancel = clock.schedule(LEFT_AFTER_MS, close);
  const onAct = (event: Event) => {
    cancel();
    if ('key' in event && event.key === 'Escape') close();
    else cancel = clock.schedule(LEFT_AFTER_MS, close);
  };
  for (const type of ['pointerdown', 'keydown']) events.addEventListener(type, onAct);
  return () => {
    cancel();
    for (const type of ['pointerdown', 'keydown']) events.removeEventListener(type, onAct);
  };
}
