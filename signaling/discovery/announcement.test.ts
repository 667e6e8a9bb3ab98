import { describe, expect, test } from 'vitest';
import { asksFor, readAnnouncement, recordsOf, type ServerAnnouncement } from './announcement.ts';
import { localAddresses } from './local-networks.ts';

const isLocal = localAddresses(['198.51.100.7/24']);
const AUTHORITY = Array(32).fill('AB').join(':');
const SITE: ServerAnnouncement = {
  name: 'fieldfare-shop-4400',
  port: 4400,
  signaling: 'wss://192.168.1.7:4400/signaling',
  pages: { url: 'https://192.168.1.7:4400/', trust: 'http://192.168.1.7:4402/', authority: AUTHORITY },
};

const txt = (data: readonly string[], name = 'x._fieldfare._tcp.local', ttl = 120) =>
  readAnnouncement({ type: 'TXT', name, ttl, data: data.map((text) => Buffer.from(text)) }, isLocal);

describe('what a server announces (S17)', () => {
  test('is read as it was meant, and its pointer leads there', () => {
    const { answers, additionals } = recordsOf(SITE, ['192.168.1.7', 'fd00::7']);
    const { port: _, ...server } = SITE;
    expect(
      additionals.map((record) => readAnnouncement(record, isLocal)).filter((read) => read !== undefined),
    ).toEqual([{ type: 'there', server }]);
    expect(answers[0]).toMatchObject({ type: 'PTR', data: 'fieldfare-shop-4400._fieldfare._tcp.local' });
    expect(additionals.map(({ type }) => type)).toEqual(['SRV', 'TXT', 'A', 'AAAA']);
  });

  test('is taken back with a life of nothing', () => {
    const { additionals } = recordsOf(SITE, [], 0);
    expect(additionals.map((record) => readAnnouncement(record, isLocal))).toContainEqual({
      type: 'gone',
      name: SITE.name,
    });
  });

  test('answers who asks for the service, the instance or its host, and nobody else', () => {
    for (const name of ['_FIELDFARE._tcp.local', 'fieldfare-shop-4400.local', '_services._dns-sd._udp.local'])
      expect(asksFor(name, SITE)).toBe(true);
    expect(asksFor('_http._tcp.local', SITE)).toBe(false);
  });
});

describe('attack: a hostile announcement', () => {
  const SIGNALING = 'signaling=wss://10.0.0.1/signaling';
  test.each([
    ['of a server beyond the network', ['txtvers=1', 'signaling=wss://203.0.113.9/s']],
    ['of a name beyond the network', ['txtvers=1', 'signaling=wss://evil.example/s']],
    [
      'with a name that only begins like a local one',
      ['txtvers=1', 'signaling=wss://10.0.0.1.evil.example/'],
    ],
    ['that writes into the terminal', ['txtvers=1', SIGNALING, 'note=\u001b[2J']],
    ['of another protocol', ['txtvers=1', 'signaling=javascript:alert(1)']],
    ['with credentials in an address', ['txtvers=1', 'signaling=wss://user:word@10.0.0.1/']],
    ['of a later version', ['txtvers=2', SIGNALING]],
    ['without end', ['txtvers=1', SIGNALING, ...Array(20).fill('a=b')]],
    ['that is empty', []],
  ])('%s is not listed', (_, data) => {
    expect(txt(data)).toBeUndefined();
  });

  test('with a name that is no label, or of another service, is not listed', () => {
    expect(txt(['txtvers=1', SIGNALING])).toMatchObject({ type: 'there' });
    for (const name of ['a.b', '\u202eevil', 'x'.repeat(64)])
      expect(txt(['txtvers=1', SIGNALING], `${name}._fieldfare._tcp.local`)).toBeUndefined();
    expect(txt(['txtvers=1', SIGNALING], 'x._http._tcp.local')).toBeUndefined();
  });

  test('of pages without a whole fingerprint lists no pages', () => {
    const pages = ['pages=https://10.0.0.1/', 'trust=http://10.0.0.1/', 'authority=AB:CD'];
    expect(txt(['txtvers=1', SIGNALING, ...pages])).toMatchObject({ server: { pages: undefined } });
  });

  test('from beyond the network is told by its sender', () => {
    expect(['192.168.1.9', '10.1.2.3', 'fe80::1', '127.0.0.1', '198.51.100.9'].every(isLocal)).toBe(true);
    expect(['203.0.113.9', '2001:db8::1', 'nonsense'].some(isLocal)).toBe(false);
  });
});
