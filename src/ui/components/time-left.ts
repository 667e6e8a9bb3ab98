import { formatSpan } from './format.ts';

/** Below this what was done says too little of the rate. */
const SURE_AFTER_MS = 1_000;

/** "about 5 s left", by the rate so far; empty while that says nothing, and when all is done. */
export function formatTimeLeft(doneBytes: number, sizeBytes: number, elapsedMs: number): string {
  if (elapsedMs < SURE_AFTER_MS || doneBytes <= 0 || doneBytes >= sizeBytes) return '';
  return `about ${formatSpan((elapsedMs * (sizeBytes - doneBytes)) / doneBytes)} left`;
}
