import {
  type ClientMessage,
  MAX_ERROR_MESSAGE_CHARACTERS,
  MAX_ERROR_SOURCE_CHARACTERS,
  type PageSigns,
} from './protocol.ts';

/** What a page, with the pages of the release that it frames, tells the shell of itself. */
export interface PageReport {
  show(sign: keyof PageSigns): void;
  notice(type: 'release-error' | 'release-warning', message: string, source: string): void;
}

const BEAT_INTERVAL_MS = 1_000;
/** A page that throws in a loop tells no more of a kind after this many. */
const MAX_NOTICES = 20;

/** Beats from now on, and looks before each whether anything can be seen, until something can. */
export function startPageReport(
  tell: (message: ClientMessage) => void,
  canBeSeen: () => boolean,
): PageReport {
  let shown: PageSigns = { loaded: false, painted: false, healthy: false };
  const notices = { 'release-error': 0, 'release-warning': 0 };
  const report: PageReport = {
    show: (sign) => {
      // Some apps call healthy() with every frame they draw.
      if (shown[sign]) return;
      shown = { ...shown, [sign]: true };
      tell({ type: `release-${sign}` });
    },
    notice: (type, message, source) => {
      if (notices[type]++ >= MAX_NOTICES) return;
      tell({
        type,
        message: message.slice(0, MAX_ERROR_MESSAGE_CHARACTERS),
        source: source.slice(0, MAX_ERROR_SOURCE_CHARACTERS),
      });
    },
  };
  tell({ type: 'page-started', page: location.pathname });
  setInterval(() => {
    if (!shown.painted && canBeSeen()) report.show('painted');
    tell({ type: 'release-beat', shown });
  }, BEAT_INTERVAL_MS);
  return report;
}
