import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { STRIP_VALUES } from '../../core/config/strip.ts';
import { DEVICE_STAGES } from '../../core/wire/statement/device-stage.ts';
import type { KioskModel } from '../../store/kiosk-model.ts';
import type { JoinedModel } from './joined-words.ts';
import { KioskPage } from './KioskPage.tsx';

const JOINED: JoinedModel = {
  type: 'joined',
  fleetName: 'Harbour tills',
  deviceName: 'till-4',
  site: 'harbour',
  admitted: true,
  invitation: undefined,
  strip: 'off',
  links: 2,
  signaling: 'joined',
  stage: 'idle',
  running: undefined,
  target: undefined,
  progress: undefined,
  reason: '',
  lostEntries: 0,
  heldBack: false,
};
const RUNNING = { product: 'till', version: '1.0.0' };

const render = (model: KioskModel) =>
  renderToStaticMarkup(createElement(KioskPage, { model, leave: () => {} }));
const wordsOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

describe('the kiosk page', () => {
  it('shows the pairing code in two groups of three, beside the place of the square to scan', () => {
    const html = render({
      type: 'pairing',
      code: 'K7MPX4',
      link: 'https://x/#K7MPX4',
      signaling: 'joined',
      problem: '',
    });
    expect(html).toContain('data-code="K7MPX4"');
    expect(wordsOf(html)).toContain('K7M PX4');
    expect(html).toContain('class="kiosk-qr"');
  });

  it('says that pairing waits when the server is lost, and what was wrong with a link', () => {
    const html = render({
      type: 'pairing',
      code: undefined,
      link: undefined,
      signaling: 'lost',
      problem: 'The link is cut.',
    });
    expect(html).not.toContain('data-code');
    expect(wordsOf(html)).toContain('cannot be reached');
    expect(wordsOf(html)).toContain('The link is cut.');
  });

  it('says what a person has to do when it is refused or not admitted', () => {
    expect(wordsOf(render({ type: 'refused', reason: 'No storage.', remedy: 'Free some.' }))).toContain(
      'Free some.',
    );
    expect(wordsOf(render({ ...JOINED, admitted: false }))).toContain(
      'If no operator has admitted it, pair it anew',
    );
  });

  it('counts progress in bytes that are here, and never past the whole', () => {
    const fetching = { ...JOINED, stage: 'fetching', target: { version: '2.0.0' } } as const;
    const html = render({ ...fetching, progress: { bytesHere: 512 * 1024, sizeBytes: 1024 * 1024 } });
    expect(html).toContain('aria-valuenow="50"');
    expect(wordsOf(html)).toContain('512 KiB of 1.00 MiB');
    expect(render({ ...fetching, progress: { bytesHere: 9, sizeBytes: 3 } })).toContain(
      'aria-valuenow="100"',
    );
    expect(wordsOf(render({ ...fetching, links: 0 }))).toContain('No neighbour is in reach');
  });

  it('gives the reason of a failure', () => {
    const html = render({
      ...JOINED,
      stage: 'failed',
      target: { version: '2.0.0' },
      reason: 'it threw at start',
    });
    expect(wordsOf(html)).toContain('Could not run version 2.0.0');
    expect(wordsOf(html)).toContain('It threw at start.');
  });

  it('says what its storage lost, with and without an app on the screen (K3)', () => {
    const lost = { ...JOINED, lostEntries: 3, heldBack: true };
    expect(wordsOf(render(lost))).toContain('lost 3 entries of its ledger');
    expect(wordsOf(render(lost))).toContain('Until then it installs nothing');
    expect(wordsOf(render({ ...lost, heldBack: false }))).not.toContain('installs nothing');
    expect(wordsOf(render({ ...lost, running: RUNNING, stage: 'committed', strip: 'all' }))).toContain(
      'Storage trouble',
    );
    expect(wordsOf(render(JOINED))).not.toContain('lost');
  });

  it('shows reasons of other nodes as text and never as markup', () => {
    expect(render({ ...JOINED, stage: 'failed', reason: '<img src=x onerror=alert(1)>' })).not.toContain(
      '<img',
    );
  });

  const STRIPS = DEVICE_STAGES.flatMap((stage) => STRIP_VALUES.map((strip) => [stage, strip] as const));
  it.each(STRIPS)(
    'lies over a running app in stage %s, and with its strip %s speaks of that alone (C5)',
    (stage, strip) => {
      const html = render({ ...JOINED, running: RUNNING, stage, strip, target: { version: '2.0.0' } });
      expect(html).toContain('kiosk-over');
      expect(html).toContain('data-version="1.0.0"');
      const trouble = ['failed', 'refused', 'rolled-back'].includes(stage);
      const rests = ['idle', 'committed', 'withdrawn'].includes(stage);
      expect(html.includes('kiosk-strip')).toBe(!rests && strip !== 'off' && (strip === 'all' || !trouble));
    },
  );

  it.each(['off', 'progress'] as const)(
    'attack: shows nobody who passes the stack trace of an app that was taken back, with its strip %s (C5)',
    (strip) => {
      const reason = 'TypeError: secretPath is undefined at /till/app.js:1:22';
      const html = render({
        ...JOINED,
        running: RUNNING,
        stage: 'rolled-back',
        strip,
        reason,
        lostEntries: 4,
      });
      expect(wordsOf(html)).toBe('');
      expect(html).not.toContain('secretPath');
      expect(
        wordsOf(render({ ...JOINED, running: RUNNING, stage: 'rolled-back', strip: 'all', reason })),
      ).toContain('secretPath');
    },
  );

  it('uncovers a first release while it is on trial', () => {
    const html = render({ ...JOINED, stage: 'probation', target: { version: '1.0.0' }, strip: 'progress' });
    expect(html).toContain('kiosk-over');
    expect(wordsOf(html)).toBe('Version 1.0.0: on trial');
  });

  it('has the corner of its details in a fleet, over an app and without one', () => {
    for (const running of [undefined, RUNNING])
      expect(render({ ...JOINED, running })).toContain('class="kiosk-corner"');
    expect(render({ type: 'opening' })).not.toContain('kiosk-corner');
  });

  it('says what became of its invitation, and what to do that can be done (J8)', () => {
    const [endedAtMs, dayMs] = [Date.UTC(2027, 2, 10), 86_400_000];
    const words = (invitation: JoinedModel['invitation']) =>
      wordsOf(render({ ...JOINED, admitted: false, invitation }));
    const ended = { type: 'ended', endedAtMs, nowMs: endedAtMs + 366 * dayMs } as const;
    expect(words({ ...ended, clocks: { aheadMs: 367 * dayMs, clocks: 3 } })).toMatch(
      /The clock is wrong .* 367 days ahead of 3 neighbours\. Set the clock: this screen then joins by itself\./,
    );
    expect(words({ ...ended, clocks: undefined })).toMatch(
      /set the clock: .* Otherwise ask .* pair this screen anew/,
    );
    expect(words({ ...ended, clocks: { aheadMs: 0, clocks: 1 } })).toMatch(
      /has ended .* Ask .* pair this screen anew/,
    );
    expect(words({ type: 'taken-back' })).toMatch(/taken back .* revoked .* Ask .* pair this screen anew/);
    expect(words({ type: 'refused', reason: 'no room' })).toMatch(/It failed: no room\. Ask/);
    expect(words({ type: 'awaited' })).not.toMatch(/Ask/);
    expect(render({ ...JOINED, admitted: true })).not.toContain('data-leave');
  });

  it.each(DEVICE_STAGES.filter((stage) => stage !== 'probation'))(
    'has a title on a screen without an app in stage %s',
    (stage) => {
      expect(render({ ...JOINED, stage })).toMatch(/<h1>[^<]+<\/h1>/);
    },
  );
});
