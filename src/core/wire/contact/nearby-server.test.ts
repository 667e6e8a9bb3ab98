import { describe, expect, test } from 'vitest';
import { MAX_NEARBY_SERVERS, readNearbyServers } from './nearby-server.ts';

const AUTHORITY = Array(32).fill('AB').join(':');
const PAGES = { url: 'https://192.168.1.5:4400/', trust: 'http://192.168.1.5:4402/', authority: AUTHORITY };
const SERVER = { name: 'till-4400', signaling: 'wss://192.168.1.5:4400/signaling', pages: PAGES };

describe('servers on this network, as a page reads them (S17)', () => {
  test('a whole description is taken as it is, also without pages or without signaling', () => {
    const servers = [
      SERVER,
      { name: 'bare', signaling: 'ws://10.0.0.2:4402/' },
      { name: 'shown', pages: PAGES },
    ];
    expect(readNearbyServers({ servers })).toEqual([
      SERVER,
      { name: 'bare', signaling: 'ws://10.0.0.2:4402/', pages: undefined },
      { name: 'shown', signaling: undefined, pages: PAGES },
    ]);
  });

  test.each([
    ['a name that is not plain', { ...SERVER, name: 'till\u202e' }],
    ['a name over a label', { ...SERVER, name: 'a'.repeat(64) }],
    ['no name', { ...SERVER, name: 7 }],
    [
      'a signaling address of another scheme',
      { ...SERVER, signaling: 'javascript:alert(1)', pages: undefined },
    ],
    [
      'a user in front of the host',
      { ...SERVER, signaling: 'wss://192.168.1.5@evil.example/', pages: undefined },
    ],
    ['nothing but a name', { name: 'till' }],
    ['text', 'till'],
    ['null', null],
  ])('attack: %s is left out', (_, server) => {
    expect(readNearbyServers({ servers: [server, SERVER] })).toEqual([SERVER]);
  });

  test.each([
    ['a fingerprint that is none', { ...PAGES, authority: 'trust me' }],
    ['pages without encryption', { ...PAGES, url: 'http://192.168.1.5:4400/' }],
    ['a trust page with a script', { ...PAGES, trust: 'javascript:alert(1)' }],
  ])('attack: %s: the pages are left out, the signaling stays', (_, pages) => {
    expect(readNearbyServers({ servers: [{ ...SERVER, pages }] })).toEqual([{ ...SERVER, pages: undefined }]);
  });

  test('attack: a list without end is cut, and what is no list is refused', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ ...SERVER, name: `till-${index}` }));
    expect(readNearbyServers({ servers: many })).toHaveLength(MAX_NEARBY_SERVERS);
    for (const none of [undefined, null, [], {}, { servers: 'till' }, 7])
      expect(readNearbyServers(none)).toBeUndefined();
  });
});
