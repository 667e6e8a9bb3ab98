import { describe, expect, test } from 'vitest';
import { encodeCbor } from '../encoding/cbor.ts';
import { encodeCheckedText } from '../encoding/checked-text.ts';
import { bytesOfId, type EntryId, type FleetId, idFromBytes } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import { decodeJoinLink, encodeJoinLink, type JoinLink } from './join-link.ts';

const FLEET = idFromBytes<FleetId>(new Uint8Array(32).fill(1));
const LINK: JoinLink = {
  fleet: FLEET,
  signaling: ['wss://signal.example/signaling', 'ws://10.0.0.2:4400'],
  invitation: { grant: idFromBytes<EntryId>(new Uint8Array(32).fill(2)), seed: new Uint8Array(32).fill(3) },
};

describe('a join link (J1)', () => {
  test.each([LINK, { ...LINK, signaling: [], invitation: undefined }])('comes back as it was', (link) => {
    expect(decodeJoinLink(encodeJoinLink(link))).toEqual(link);
    expect(decodeJoinLink(` https://till.local/kiosk.html?name=bar#/join/${encodeJoinLink(link)}\n`)).toEqual(
      link,
    );
  });

  test('with any one character wrong, or cut anywhere, is turned away with a word for the person', () => {
    const text = encodeJoinLink(LINK);
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'A' ? 'B' : 'A';
      expect(() => decodeJoinLink(text.slice(0, at) + other + text.slice(at + 1))).toThrow(WireError);
      expect(() => decodeJoinLink(text.slice(0, at))).toThrow(/empty|cut short or changed/);
    }
  });

  test.each<[string, unknown, RegExp]>([
    ['a newer version', [2, bytesOfId(FLEET), [], null], /newer version/],
    ['a ninth server', [1, bytesOfId(FLEET), Array(9).fill('ws://a'), null], /at most 8/],
    ['a server that is no WebSocket', [1, bytesOfId(FLEET), ['javascript:alert(1)'], null], /ws:\/\//],
    ['a short fleet', [1, new Uint8Array(31), [], null], /instead of 32/],
    ['a short seed', [1, bytesOfId(FLEET), [], [bytesOfId(FLEET), new Uint8Array(16)]], /instead of 32/],
  ])('of %s is turned away, though its checksum holds', (_, value, words) => {
    const text = encodeCheckedText(encodeCbor(value as Parameters<typeof encodeCbor>[0]));
    expect(() => decodeJoinLink(text)).toThrow(words);
  });

  test('of over 2,048 bytes is not looked at', () => {
    const servers = Array.from({ length: 8 }, () => `ws://${'a'.repeat(290)}`);
    const text = encodeCheckedText(encodeCbor([1, bytesOfId(FLEET), servers, null]));
    expect(() => decodeJoinLink(text)).toThrow(WireError);
  });
});
