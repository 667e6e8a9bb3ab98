import {
  type ClientMessage,
  MAX_ERROR_MESSAGE_CHARACTERS,
  MAX_ERROR_SOURCE_CHARACTERS,
  MAX_REASON_CHARACTERS,
  type PageSigns,
} from './protocol.ts';

/** What a page, with the pages of the release that it frames, tells the shell of itself. */
export interface PageReport {
  show(sign: keyof PageSigns): void;
  unhealthy(reason: string): void;
  /** By this page's clock, in milliseconds since 1970. */
  busy(untilMs: number): void;
  notice(type: 'release-error' | 'release-warning', message: string, source: string): void;
  /** Asks the shell to open another's page in a window. */
  wantPopup(address: string): void;
}

const BEAT_INTERVAL_MS = 1_000;
/** Of errors and of warnings each, in FORGET_MS. A guess: a person reads the first few, and the shell keeps six. */
const MAX_KINDS = 20;
/** A page that says one thing with every frame it draws must not crowd out what else is wrong with it. */
const MAX_OF_A_KIND = 5;
/** A page runs for weeks: what it said at first must not keep what goes wrong later from being told. As the shell does (A8). */
const FORGET_MS = 600_000;

/** Beats from now on, and looks before each whether anything can be seen, until something can. */
export function startPageReport(
  tell: (message: ClientMessage) => void,
  canBeSeen: () => boolean,
): PageReport {
  let shown: PageSigns = { loaded: false, painted: false, healthy: false };
  const told = { 'release-error': new Map<string, number>(), 'release-warning': new Map<string, number>() };
  let busyUntilMs = 0;
  const busyForMs = () => Math.max(0, busyUntilMs - Date.now());
  const report: PageReport = {
    show: (sign) => {
      // Some apps call healthy() with every frame they draw.
      if (shown[sign]) return;
      shown = { ...shown, [sign]: true };
      tell({ type: `release-${sign}` });
    },
    unhealthy: (reason) =>
      tell({ type: 'release-unhealthy', reason: reason.slice(0, MAX_REASON_CHARACTERS) }),
    busy: (untilMs) => {
      busyUntilMs = untilMs;
      tell({ type: 'release-busy', forMs: busyForMs() });
    },
    notice: (type, message, source) => {
      const text = {
        message: message.slice(0, MAX_ERROR_MESSAGE_CHARACTERS),
        source: source.slice(0, MAX_ERROR_SOURCE_CHARACTERS),
      };
      const kinds = told[type];
      const kind = `${text.message}\n${text.source}`;
      const times = kinds.get(kind) ?? 0;
      if (times >= MAX_OF_A_KIND || (times === 0 && kinds.size >= MAX_KINDS)) return;
      kinds.set(kind, times + 1);
      tell({ type, ...text });
    },
    wantPopup: (address) => tell({ type: 'popup-wanted', address }),
  };
  tell({ type: 'page-started', page: location.pathname });
  setInterval(() => {
    if (!shown.painted && canBeSeen()) report.show('painted');
    tell({ type: 'release-beat', shown, busyForMs: busyForMs() });
  }, BEAT_INTERVAL_MS);
  setInterval(() => {
    for (const kinds of Object.values(told)) kinds.clear();
  }, FORGET_MS);
  return report;
}
