import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readIceOptions } from './ice-options.ts';

const secretFile = join(mkdtempSync(join(tmpdir(), 'fieldfare-secret-')), 'secret');
writeFileSync(secretFile, 'north\n');

test('options may be given again, in either form, and the secret comes from a file', () => {
  expect(
    readIceOptions([
      ...['--stun', 'stun:a.test', '--stun=stun:b.test:3478', '--port', '1'],
      ...['--turn', 'turn:a.test', '--turn=turn:a.test?transport=tcp', '--turn-secret-file', secretFile],
    ]),
  ).toEqual({
    stunUrls: ['stun:a.test', 'stun:b.test:3478'],
    turnUrls: ['turn:a.test', 'turn:a.test?transport=tcp'],
    turnSecret: 'north',
  });
  expect(readIceOptions([])).toEqual({ stunUrls: [], turnUrls: [], turnSecret: undefined });
});

test.each([
  ['an address that is none', ['--stun', 'a.test']],
  ['a TURN server without a secret', ['--turn', 'turn:a.test']],
  ['a secret that is not there', ['--turn', 'turn:a.test', '--turn-secret-file', '/nowhere/secret']],
  ['too many', Array.from({ length: 9 }, () => '--stun=stun:a.test')],
])('%s is refused with a sentence', (_name, args) => {
  expect(() => readIceOptions(args)).toThrow(/^(--|At most).+\.$|cannot be read/);
});
