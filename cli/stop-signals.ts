/** A guess: npm passes on what the terminal has sent already, so one Ctrl-C arrives twice, this close together. */
const SAME_SIGNAL_MS = 500;

/** Runs `stop` once on SIGINT, SIGTERM or SIGHUP and ends the process after it; a second signal ends it at once. */
export function onStopSignal(stop: () => Promise<void>): void {
  let stoppingSinceMs: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const nowMs = performance.now();
      if (stoppingSinceMs !== undefined) {
        if (nowMs - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(130);
        return;
      }
      stoppingSinceMs = nowMs;
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
