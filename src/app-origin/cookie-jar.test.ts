import { beforeEach, describe, expect, it } from 'vitest';
import { createCookieJar } from './cookie-jar.ts';

const DAY_MS = 86_400_000;

function storage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

let lasting = storage();
let session = storage();
let nowMs = 0;
const page = { hostname: 'till.shop.example', pathname: '/' };

beforeEach(() => {
  lasting = storage();
  session = storage();
  nowMs = Date.parse('2026-12-01T00:00:00Z');
  page.pathname = '/';
});

const open = (product = 'menu') => createCookieJar({ product, lasting, session, page, nowMs: () => nowMs });

describe('the cookies of a product (A19)', () => {
  it('are read as the browser gives them, the longer path first', () => {
    const jar = open();
    jar.write('a=1');
    jar.write(' b = two words ; Secure; SameSite=None');
    jar.write('nameless');
    page.pathname = '/orders/7';
    jar.write('c=3; Path=/orders');
    jar.write('a=again; Path=/');
    expect(jar.read()).toBe('c=3; b=two words; nameless; a=again');
    page.pathname = '/ordersheet';
    expect(jar.read()).toBe('b=two words; nameless; a=again');
  });

  it('without a path are of the folder that the page lies in', () => {
    page.pathname = '/shop/orders/7';
    open().write('a=1');
    page.pathname = '/shop/orders';
    expect(open().read()).toBe('a=1');
    page.pathname = '/shop';
    expect(open().read()).toBe('');
  });

  it('go at their end, and before it when they are told to', () => {
    const jar = open();
    jar.write(`date=1; Expires=${new Date(nowMs + DAY_MS).toUTCString()}`);
    jar.write('age=1; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
    jar.write('gone=1; Max-Age=3600');
    jar.write('gone=; Max-Age=0');
    expect(jar.read()).toBe('date=1; age=1');
    nowMs += 3_600_000;
    expect(jar.read()).toBe('date=1');
    jar.write('date=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
    expect(jar.read()).toBe('');
  });

  it('without an end go with the session, the others stay', () => {
    open().write('stays=1; Max-Age=3600');
    open().write('goes=1');
    session = storage();
    expect(open().read()).toBe('stays=1');
    open().write('stays=2');
    expect(open().read()).toBe('stays=2');
  });

  it('are not those of another product', () => {
    open('menu').write('a=1; Max-Age=3600');
    expect(open('signage').read()).toBe('');
    open('signage').write('a=2; Max-Age=3600');
    expect(open('menu').read()).toBe('a=1');
  });

  it.each([
    'a=1; HttpOnly',
    'a=1; Domain=elsewhere.example',
    'a=1; Domain=ill.shop.example',
    'a=1\u0000',
    `a=${'x'.repeat(4096)}`,
    '',
    '=',
  ])('are not set by %j, which no browser takes from a script', (line) => {
    open().write(line);
    expect(open().read()).toBe('');
  });

  it.each(['till.shop.example', '.shop.example', 'Example'])('may name the domain %s', (domain) => {
    open().write(`a=1; Domain=${domain}`);
    expect(open().read()).toBe('a=1');
  });

  it('are 180 at most, of which the oldest goes', () => {
    for (let number = 0; number <= 180; number += 1) open().write(`c${number}=1; Max-Age=60`);
    expect(open().read().split('; ')).toHaveLength(180);
    expect(open().read()).not.toContain('c0=');
  });

  it('are in memory where nothing can be stored', () => {
    const refuse = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    const place = () => ({ getItem: refuse, setItem: refuse });
    const jar = createCookieJar({
      product: 'menu',
      lasting: place(),
      session: place(),
      page,
      nowMs: () => nowMs,
    });
    jar.write('a=1');
    expect(jar.read()).toBe('a=1');
  });

  it.each(['', 'null', '{}', '[1,null,{"name":"a"}]', '[{"name":"a","value":"1","path":7}]', '[{'])(
    'are none where %j lies in their place',
    (text) => {
      lasting.items.set('fieldfare.cookies:menu', text);
      expect(open().read()).toBe('');
    },
  );
});
