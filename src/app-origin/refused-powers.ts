import { POWERS } from '../core/wire/entry/permissions.ts';
import type { PageReport } from './page-report.ts';

/** What Chromium reports when a page asks for a feature that its Permissions Policy withholds (Permissions Policy, section 9.7). */
interface ViolationBody {
  readonly featureId?: unknown;
}

/**
 * Tells what a page asked for and was not granted, in the same words each time so that it is counted by kind (E5). The page itself
 * gets the browser's own refusal. That autoplay was refused no browser reports: `play()` rejects, and nobody who catches it complains.
 */
export function watchRefusedPowers(
  page: Window & typeof globalThis,
  report: PageReport,
  prints: boolean,
): void {
  const refused = (power: string) => report.notice('release-warning', `Asked for ${power}, not granted`, '');
  if ('ReportingObserver' in page)
    new page.ReportingObserver(
      (reports) => {
        for (const { body } of reports) {
          const { featureId } = (body ?? {}) as ViolationBody;
          const power = POWERS.find((known) => known === featureId);
          if (power !== undefined) refused(power);
        }
      },
      { types: ['permissions-policy-violation'], buffered: true },
    ).observe();
  if (prints) withoutDialogs(page);
  else page.print = () => refused('print');
}

/**
 * A page that may print may open dialogs, as far as the browser is concerned. Here they do what they do in pages that may not print:
 * nothing. A page that gets around this stands still until somebody closes the dialog, and its watch ends it before that.
 */
function withoutDialogs(page: Window): void {
  page.alert = () => undefined;
  page.confirm = () => false;
  page.prompt = () => null;
}
