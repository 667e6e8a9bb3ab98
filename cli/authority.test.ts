import { describe, expect, it } from 'vitest';
import { parseAuthority } from './authority.ts';

describe('the Host header', () => {
  it.each([
    ['localhost:4400', { hostname: 'localhost', port: 4400 }],
    ['KIOSK-7.local', { hostname: 'kiosk-7.local', port: undefined }],
    ['192.168.1.20:80', { hostname: '192.168.1.20', port: 80 }],
    ['[fd00::7]:4400', { hostname: '[fd00::7]', port: 4400 }],
  ])('takes %s', (header, authority) => {
    expect(parseAuthority(header)).toEqual(authority);
  });

  it.each([
    [undefined],
    [''],
    ['a; script-src *'],
    ["a' 'unsafe-inline"],
    ['a\r\nset-cookie: x'],
    ['a/b'],
    ['user@a'],
    ['a:0'],
    ['a:70000'],
    ['a:4400:4401'],
    ['300.1.1.1'],
    ['[::zz]'],
    ['[1:2]'],
    ['-a'],
    [`${'a'.repeat(64)}.local`],
    ['*'],
  ])('refuses %j, which could become a policy or a URL of its own', (header) => {
    expect(parseAuthority(header)).toBeUndefined();
  });
});
