import { describe, expect, it } from 'vitest';
import {
  parseBridgeMessage,
  parseClientMessage,
  parseContextMessage,
  parseFileAnswer,
  parseWorkerMessage,
} from './protocol.ts';

const JUNK = [
  undefined,
  null,
  7,
  'port-wanted',
  [],
  {},
  { type: 7 },
  { type: 'toString' },
  { type: 'frame-failed' },
];

describe('what comes from the app origin (A5, A8)', () => {
  it.each([parseBridgeMessage, parseWorkerMessage, parseFileAnswer, parseClientMessage, parseContextMessage])(
    'is dropped unless it is one of the messages: %o',
    (parse) => {
      for (const junk of JUNK) expect(parse(junk)).toBeUndefined();
    },
  );

  it('is cut to its bounds and loses what was added', () => {
    const message = parseClientMessage({
      type: 'release-error',
      message: 'x'.repeat(9_999),
      source: 'y'.repeat(9_999),
      extra: true,
    });
    expect(message).toEqual({ type: 'release-error', message: 'x'.repeat(500), source: 'y'.repeat(200) });
    expect(
      parseClientMessage({ type: 'release-beat', extra: true, shown: { loaded: true, painted: 1 } }),
    ).toEqual({
      type: 'release-beat',
      shown: { loaded: true, painted: false, healthy: false },
    });
    expect(parseClientMessage({ type: 'page-started', page: 'z'.repeat(9_999) })).toEqual({
      type: 'page-started',
      page: 'z'.repeat(1024),
    });
  });

  it.each([
    '',
    '/etc/passwd',
    '../keys',
    'a/../b',
    './a',
    'a/./b',
    'a//b',
    'a/',
    'a\\b',
    'a\nb',
    'a'.repeat(1025),
    7,
  ])('cannot ask for the file %j', (path) => {
    expect(parseWorkerMessage({ type: 'file-wanted', id: 0, path })).toBeUndefined();
  });

  it.each([-1, 0.5, Number.NaN, '0', undefined])('cannot name a request %o', (id) => {
    expect(parseWorkerMessage({ type: 'file-wanted', id, path: 'a.js' })).toBeUndefined();
  });
});

describe('a media type', () => {
  const found = (mediaType: unknown) =>
    parseFileAnswer({ type: 'file-found', id: 1, bytes: new Uint8Array(), mediaType });

  it.each(['', 'text/html', 'text/html; charset=utf-8', 'video/mp4; codecs="avc1.42E01E"', 'image/svg+xml'])(
    'may be %j',
    (mediaType) => {
      expect(found(mediaType)).toBeDefined();
    },
  );

  it.each(['html', 'text/html\r\nSet-Cookie: a=b', 'text/html; charset', `a/${'b'.repeat(200)}`, 7])(
    'may not be %j',
    (mediaType) => {
      expect(found(mediaType)).toBeUndefined();
    },
  );
});
