import { describe, expect, test } from 'vitest';
import { encodeCbor } from '../encoding/cbor.ts';
import { MAX_SIGNAL_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { fingerprintOf } from '../link/sdp-fingerprint.ts';
import { decodePeerSignal, encodePeerSignal } from './peer-signal.ts';

const print = (byte: string) => `a=fingerprint:sha-256 ${Array(32).fill(byte).join(':')}`;
const data = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel';
const sdp = (...lines: string[]) => ['v=0', ...lines, ''].join('\r\n');

describe('fingerprint of a description', () => {
  test('is read at the session and at the section, in either case', () => {
    expect(fingerprintOf(sdp(print('AB'), data, print('ab')))).toEqual(new Uint8Array(32).fill(0xab));
  });

  test.each([
    ['two that differ', sdp(print('AB'), data, print('AC'))],
    ['none', sdp(data)],
    [
      'a weaker hash',
      sdp(data, 'a=fingerprint:sha-1 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB'),
    ],
    ['a weaker hash beside a good one', sdp(data, print('AB'), 'a=fingerprint:md5 AB:AB')],
    ['one byte short', sdp(data, print('AB').slice(0, -3))],
    ['one byte long', sdp(data, `${print('AB')}:AB`)],
    ['another attribute in capitals that hides one', sdp(data, print('AB'), `A=FINGERPRINT:sha-256 AC`)],
  ])('attack: %s is refused', (_name, text) => {
    expect(() => fingerprintOf(text)).toThrow(WireError);
  });
});

describe('signals', () => {
  test('a description and a candidate come back as they were', () => {
    const offer = { type: 'offer', sdp: sdp(data) };
    expect(decodePeerSignal(encodePeerSignal(offer)!)).toEqual(offer);
    const candidate = {
      type: 'candidate',
      candidate: { candidate: 'candidate:1 1 udp 2 a.local 5 typ host', sdpMid: '0', sdpMLineIndex: 0 },
    };
    expect(decodePeerSignal(encodePeerSignal(candidate)!)).toEqual(candidate);
  });

  test('what simple-peer would say beyond that is not passed on', () => {
    expect(encodePeerSignal({ type: 'renegotiate', renegotiate: true })).toBeUndefined();
    expect(encodePeerSignal({ type: 'transceiverRequest', transceiverRequest: {} })).toBeUndefined();
  });

  test.each([
    ['a request to renegotiate', { type: 'renegotiate', renegotiate: true }],
    ['a description with video', { type: 'offer', sdp: sdp(data, 'm=video 9 UDP/TLS/RTP/SAVPF 96') }],
    ['a description without a data channel', { type: 'answer', sdp: sdp() }],
    ['a description that is no text', { type: 'offer', sdp: 1 }],
    ['a provisional answer', { type: 'pranswer', sdp: sdp(data) }],
    ['a candidate with lines of its own', { type: 'candidate', candidate: 'candidate:1\r\na=x', mid: '0' }],
    ['a candidate that is none', { type: 'candidate', candidate: 'nonsense', mid: '0' }],
    ['a negative line', { type: 'candidate', candidate: 'candidate:1', line: -1 }],
    ['more than the limit', { type: 'offer', sdp: data.padEnd(MAX_SIGNAL_BYTES, ' ') }],
  ])('attack: %s is refused', (_name, signal) => {
    expect(() => decodePeerSignal(encodeCbor(signal))).toThrow(WireError);
  });

  test('only the known fields of a signal reach simple-peer', () => {
    const bytes = encodeCbor({
      type: 'offer',
      sdp: sdp(data),
      renegotiate: true,
      transceiverRequest: 'audio',
    });
    expect(Object.keys(decodePeerSignal(bytes))).toEqual(['type', 'sdp']);
  });
});
