import { describe, expect, it, vi } from 'vitest';
import { watchRefusedPowers } from './refused-powers.ts';

function scene(prints: boolean) {
  let tell: (reports: readonly unknown[]) => void = () => {};
  const print = vi.fn();
  const page = {
    print,
    alert: () => 'it stands still',
    confirm: () => true,
    prompt: () => 'typed',
    ReportingObserver: class {
      constructor(callback: typeof tell) {
        tell = callback;
      }
      observe() {}
    },
  };
  const notice = vi.fn();
  watchRefusedPowers(
    page as never,
    { show: vi.fn(), notice, wantPopup: vi.fn(), unhealthy: vi.fn(), busy: vi.fn() },
    prints,
  );
  return {
    page: page as unknown as Window,
    print,
    notice,
    tell: (reports: readonly unknown[]) => tell(reports),
  };
}

describe('what a page asks for and is not granted (E5)', () => {
  it('is told in the same words each time, whatever the page says beside it', () => {
    const { notice, tell } = scene(false);
    tell([
      { body: { featureId: 'geolocation', message: 'the page’s own words' } },
      { body: { featureId: 'geolocation' } },
      { body: { featureId: 'clipboard-read' } },
      { body: null },
    ]);
    expect(notice.mock.calls).toEqual([
      ['release-warning', 'Asked for geolocation, not granted', ''],
      ['release-warning', 'Asked for geolocation, not granted', ''],
    ]);
  });

  it('is told of printing too, of which no browser tells', () => {
    const { page, print, notice } = scene(false);
    page.print();
    expect(print).not.toHaveBeenCalled();
    expect(notice).toHaveBeenCalledExactlyOnceWith('release-warning', 'Asked for print, not granted', '');
  });

  it('is not dialogs, where printing is granted and the browser would open them', () => {
    const { page, print, notice } = scene(true);
    page.print();
    expect(print).toHaveBeenCalledTimes(1);
    expect([page.alert('stop'), page.confirm('stop?'), page.prompt('why?')]).toEqual([
      undefined,
      false,
      null,
    ]);
    expect(notice).not.toHaveBeenCalled();
  });
});
