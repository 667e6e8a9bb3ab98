import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { cookieExpiries, sendsTooManyCookies } from './sent-cookies.ts';

const asked = (cookie: string, url = '/signaling', host = 'localhost:4400') =>
  ({ url, headers: { cookie, host } }) as unknown as IncomingMessage;

describe('the lines that end the cookies of a WebSocket upgrade (A20)', () => {
  it('name each path that brings a cookie here', () => {
    expect(cookieExpiries(asked('a=1'))).toEqual([
      'a=; Max-Age=0; Path=/; Secure',
      'a=; Max-Age=0; Path=/; Secure; SameSite=None; Partitioned',
      'a=; Max-Age=0; Path=/signaling; Secure',
      'a=; Max-Age=0; Path=/signaling; Secure; SameSite=None; Partitioned',
      'a=; Max-Age=0; Path=/signaling/; Secure',
      'a=; Max-Age=0; Path=/signaling/; Secure; SameSite=None; Partitioned',
    ]);
  });

  it('name each domain above the host, and none for an address', () => {
    const lines = cookieExpiries(asked('a=1', '/', 'kiosk.shop.example'));
    expect(lines).toContain('a=; Max-Age=0; Path=/; Domain=kiosk.shop.example; Secure');
    expect(lines).toContain('a=; Max-Age=0; Path=/; Domain=shop.example; Secure');
    expect(lines).toContain('a=; Max-Age=0; Path=/; Secure');
    expect(cookieExpiries(asked('a=1', '/', '10.0.0.7:4400')).join()).not.toContain('Domain');
    expect(cookieExpiries(asked('a=1', '/', '[::1]:4400')).join()).not.toContain('Domain');
  });

  it('write nothing into the answer that is no cookie name, path or domain', () => {
    const lines = cookieExpiries(asked('a\tb=1; ok=2; =3; bare; c"d=4', '/x;y/z', 'a;b=c'));
    expect(lines).toEqual([
      'ok=; Max-Age=0; Path=/; Secure',
      'ok=; Max-Age=0; Path=/; Secure; SameSite=None; Partitioned',
    ]);
  });

  it('stay below what browsers take of an answer, and go on from there the next time', () => {
    const names = Array.from({ length: 500 }, (_, at) => `${'n'.repeat(200)}${at}`);
    const rid = new Set<string>();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const left = names.filter((name) => !rid.has(name));
      const lines = cookieExpiries(
        asked(left.map((name) => `${name}=1`).join('; '), `/${'a/'.repeat(10_000)}`),
      );
      expect(lines.join('').length).toBeLessThanOrEqual(128 * 1024);
      for (const line of lines) rid.add(line.slice(0, line.indexOf('=')));
    }
    expect(rid.size).toBe(500);
  });
});

it.each([
  [0, false],
  [4096, false],
  [4097, true],
])('a request with %d characters of cookies sends too many: %s', (characters, tooMany) => {
  const cookie = characters === 0 ? undefined : 'x'.repeat(characters);
  expect(sendsTooManyCookies({ headers: { cookie } } as IncomingMessage)).toBe(tooMany);
});
