import { notifications } from '@mantine/notifications';
import { CommandRefused } from '../../../store/commands.ts';

/** What to show for anything a command rejected with. */
export function messageOf(error: unknown): string {
  if (error instanceof CommandRefused) return error.message;
  const detail = error instanceof Error ? error.message : String(error);
  return `Something failed that should not: ${detail}. Try again; if it stays, reload the page.`;
}

/** Stays until it is closed: it has to be read. */
export function notifyRefused(title: string, error: unknown): void {
  notifications.show({ title, message: messageOf(error), color: 'red', autoClose: false });
}

const READABLE_MS = 8_000;

export function notifyDone(title: string, message: string): void {
  notifications.show({ title, message, autoClose: READABLE_MS });
}
