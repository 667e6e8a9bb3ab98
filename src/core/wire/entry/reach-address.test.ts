import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireError } from '../encoding/refusal.ts';
import { coversAddress, coversHost, coversOrigin, REACH_SCHEMES, readReachAddress } from './reach-address.ts';
import { reachAddressProblem } from './reach-address-problem.ts';

const read = (text: string) => readReachAddress(text, REACH_SCHEMES);
const LONG_LABEL = 'a'.repeat(63);

describe('an address that a release may talk to (E2)', () => {
  test.each([
    'https://api.example.com',
    'wss://live.example.com',
    'https://*.example.com',
    'https://api.example.com:8443',
    'https://till',
    'https://till.local',
    'https://xn--bcher-kva.example',
    `https://${LONG_LABEL}.example`,
    'https://a-1.2b.example:1',
    'https://*.a.b.example:65535',
  ])('is taken as it is written: %s', (text) => {
    expect(read(text)).toBe(text);
  });

  test.each([
    ['another scheme', 'http://api.example.com', 'does not begin with https:// or wss://'],
    ['a scheme that a browser reads the same', 'HTTPS://api.example.com', 'does not begin'],
    ['no scheme', 'api.example.com', 'does not begin'],
    ['a script', 'javascript:alert(1)', 'does not begin'],
    ['a path', 'https://api.example.com/v1', 'leave path'],
    ['a slash at the end', 'https://api.example.com/', 'leave path'],
    ['a slash the other way', 'https://api.example.com\\.evil.example', 'leave path'],
    ['a query', 'https://api.example.com?x', 'leave path'],
    ['a fragment', 'https://api.example.com#x', 'leave path'],
    ['a user', 'https://api.example.com@evil.example', 'a user in it'],
    ['a user with a password', 'https://a:b@evil.example', 'a user in it'],
    ['an IPv4 address', 'https://192.168.1.10', 'an IP address'],
    ['an IPv4 address as one number', 'https://2130706433', 'an IP address'],
    ['an IPv4 address in hexadecimal', 'https://0x7f000001', 'an IP address'],
    ['a part of an IPv4 address in hexadecimal', 'https://127.0.0.0x', 'an IP address'],
    ['an IPv4 address in octal', 'https://0177.0.0.1', 'an IP address'],
    ['an IPv4 address behind a wildcard', 'https://*.0.0.1', 'an IP address'],
    ['an IPv6 address', 'https://[::1]', 'no host'],
    ['an IPv6 address with a port', 'https://[::1]:8443', 'no host'],
    ['a dot at the end', 'https://api.example.com.', 'no host name'],
    ['an empty label', 'https://api..example.com', 'no host name'],
    ['a label over 63 characters', `https://${LONG_LABEL}a.example`, 'no host name'],
    ['a host over 253 characters', `https://${`${LONG_LABEL}.`.repeat(4)}example`, '1 to 253'],
    ['no host', 'https://', '1 to 253'],
    ['capital letters', 'https://API.example.com', 'capital letters'],
    ['letters outside ASCII', 'https://bücher.example', 'xn--'],
    ['a percent sign', 'https://api%2eexample.com', 'no host name'],
    ['a space', 'https://api.example.com evil', 'no host name'],
    ['a semicolon, which would end a directive', 'https://api.example.com;script-src', 'no host name'],
    ['a quote, which would end a text of a header', 'https://api.example.com"', 'no host name'],
    ['a wildcard in the middle', 'https://api.*.com', 'not the whole first label'],
    ['a wildcard of a part of a label', 'https://api*.example.com', 'not the whole first label'],
    ['two wildcards', 'https://*.*.example.com', 'not the whole first label'],
    ['a wildcard of everything', 'https://*', 'not the whole first label'],
    ['a wildcard of a top domain', 'https://*.com', 'at least two labels'],
    ['the port that is meant without', 'https://api.example.com:443', 'leave it out'],
    ['a port with a zero before it', 'https://api.example.com:08443', 'no port'],
    ['port 0', 'https://api.example.com:0', 'no port'],
    ['a port beyond the last', 'https://api.example.com:65536', 'no port'],
    ['no port behind the colon', 'https://api.example.com:', 'no host with a port'],
    ['two ports', 'https://api.example.com:1:2', 'no host with a port'],
  ])('is refused with %s', (_, text, why) => {
    expect(() => read(text)).toThrow(WireError);
    expect(reachAddressProblem(text, REACH_SCHEMES)).toContain(why);
  });

  test('is what the browser makes of it too: the same scheme, host and port, and nothing else', () => {
    const label = fc.stringMatching(/^[a-z0-9.*@:/%[\]x-]{1,12}$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
        const text = `https://${labels.join('.')}`;
        let taken: string;
        try {
          taken = read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          expect(reachAddressProblem(text, REACH_SCHEMES)).not.toBe('');
          return;
        }
        expect(reachAddressProblem(text, REACH_SCHEMES)).toBe('');
        const { origin } = new URL(taken.replace('*.', 'any.'));
        expect(origin).toBe(taken.replace('*.', 'any.'));
      }),
      { numRuns: 3_000, seed: 12 },
    );
  });
});

describe('what an address stands for (E2)', () => {
  const covers = (rule: string, asked: string) => coversAddress(read(rule), read(asked));

  test('is itself, and with a wildcard every name below', () => {
    expect(covers('https://api.example.com', 'https://api.example.com')).toBe(true);
    expect(covers('https://*.example.com', 'https://api.example.com')).toBe(true);
    expect(covers('https://*.example.com', 'https://a.b.example.com')).toBe(true);
    expect(covers('https://*.example.com', 'https://*.example.com')).toBe(true);
    expect(covers('https://*.example.com', 'https://*.eu.example.com')).toBe(true);
  });

  test('is not the name that the wildcard stands before, nor one that only ends alike', () => {
    expect(covers('https://*.example.com', 'https://example.com')).toBe(false);
    expect(covers('https://*.example.com', 'https://badexample.com')).toBe(false);
    expect(covers('https://*.eu.example.com', 'https://*.example.com')).toBe(false);
    expect(covers('https://api.example.com', 'https://*.api.example.com')).toBe(false);
  });

  test('is one scheme and one port', () => {
    expect(covers('https://api.example.com', 'wss://api.example.com')).toBe(false);
    expect(covers('https://api.example.com', 'https://api.example.com:8443')).toBe(false);
    expect(covers('https://*.example.com:8443', 'https://api.example.com:8443')).toBe(true);
  });

  test('a host is found under any scheme and port', () => {
    expect(coversHost(read('wss://kiosk.example.com:8443'), 'kiosk.example.com')).toBe(true);
    expect(coversHost(read('https://*.example.com'), 'kiosk.example.com')).toBe(true);
    expect(coversHost(read('https://*.example.com'), 'example.com')).toBe(false);
  });

  test('an origin is found as a browser names it', () => {
    const { hostname, port } = new URL('https://api.example.com:8443/x');
    expect(coversOrigin(read('https://*.example.com:8443'), { scheme: 'https', hostname, port })).toBe(true);
    expect(coversOrigin(read('https://*.example.com'), { scheme: 'https', hostname, port })).toBe(false);
    expect(coversOrigin(read('wss://*.example.com:8443'), { scheme: 'https', hostname, port })).toBe(false);
  });
});
