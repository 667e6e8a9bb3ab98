import { describe, expect, it } from 'vitest';
import {
  MAX_PART_BYTES,
  parseBridgeMessage,
  parseClientMessage,
  parseContextMessage,
  parseShellMessage,
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
  it.each([
    parseBridgeMessage,
    parseWorkerMessage,
    parseShellMessage,
    parseClientMessage,
    parseContextMessage,
  ])('is dropped unless it is one of the messages: %o', (parse) => {
    for (const junk of JUNK) expect(parse(junk)).toBeUndefined();
  });

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
      busyForMs: 0,
    });
    expect(parseClientMessage({ type: 'release-unhealthy', reason: 'r'.repeat(9_999) })).toEqual({
      type: 'release-unhealthy',
      reason: 'r'.repeat(300),
    });
    const address = `https://pay.example.com/${'x'.repeat(9_999)}`;
    expect(parseClientMessage({ type: 'popup-wanted', address })).toBeUndefined();
    expect(parseClientMessage({ type: 'page-started', page: 'z'.repeat(9_999) })).toEqual({
      type: 'page-started',
      page: 'z'.repeat(1024),
    });
  });

  it.each([
    [60_000, 60_000],
    [Number.POSITIVE_INFINITY, 86_400_000],
    [Number.NaN, 0],
    [-1, 0],
    ['60000', 0],
    [{}, 0],
  ])('is busy for %o ms as %i (D14)', (said, forMs) => {
    expect(parseClientMessage({ type: 'release-busy', forMs: said })).toEqual({
      type: 'release-busy',
      forMs,
    });
    expect(parseClientMessage({ type: 'release-beat', shown: {}, busyForMs: said })).toMatchObject({
      busyForMs: forMs,
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
    expect(parseWorkerMessage({ type: 'part-wanted', id: 0, path, start: 0, end: 1 })).toBeUndefined();
  });

  it.each([-1, 0.5, Number.NaN, '0', undefined])('cannot name a request %o', (id) => {
    expect(parseWorkerMessage({ type: 'part-wanted', id, path: 'a.js', start: 0, end: 1 })).toBeUndefined();
  });

  it.each([
    [0, 0],
    [2, 1],
    [-1, 1],
    [0, MAX_PART_BYTES + 1],
    [0.5, 1],
    ['0', 1],
    [0, Number.POSITIVE_INFINITY],
  ])('cannot ask for bytes %o to %o', (start, end) => {
    expect(parseWorkerMessage({ type: 'part-wanted', id: 0, path: 'a.js', start, end })).toBeUndefined();
  });
});

describe('what comes over the port to the worker', () => {
  it('names files by paths that cannot climb, and sizes that are sizes', () => {
    const sizes = new Map<unknown, unknown>([
      ['a.js', 3],
      ['../b', 3],
      ['c', -1],
      [7, 3],
    ]);
    expect(
      parseShellMessage({ type: 'release-files', run: 'r', product: 'menu', version: '1', sizes }),
    ).toEqual({
      type: 'release-files',
      run: 'r',
      product: 'menu',
      version: '1',
      sizes: new Map([['a.js', 3]]),
    });
  });

  it('may come from a shell of an earlier version, which does not tell the version of the release', () => {
    const files = { type: 'release-files', run: 'r', product: 'menu', sizes: new Map() };
    expect(parseShellMessage(files)).toEqual({ ...files, version: '' });
  });

  it('is a part of bytes under a number', () => {
    const part = { type: 'part', id: 1, ticket: 't', bytes: new Uint8Array(2) };
    expect(parseShellMessage({ ...part, extra: 1 })).toEqual(part);
    for (const wrong of [{ id: 'x' }, { ticket: 1 }, { bytes: 'ab' }, { bytes: [1] }])
      expect(parseShellMessage({ ...part, ...wrong })).toBeUndefined();
  });
});
