import type { Identity } from '../keys.ts';
import type { PairingEvent, RelayEvent, Signaling, SignalingEvent } from '../signaling.ts';
import { createRecorder, expectEqual, type Recorder, type SubjectCase } from './case.ts';

export interface SignalingSubject {
  readonly signaling: Signaling;
  /** A server that is reachable, and an address at which there is none. */
  readonly url: string;
  readonly deadUrl: string;
  identity(seed: number): Promise<Identity>;
  /** Makes the server go away. */
  stopServer(): Promise<void>;
}

let lastRoom = 0;

/** Cases share a server, so each takes a room of its own. */
function newRoom(): Uint8Array {
  lastRoom += 1;
  const room = new Uint8Array(16);
  new DataView(room.buffer).setUint32(0, lastRoom);
  return room;
}

async function expectEvent<Event extends { readonly type: string }, Type extends Event['type']>(
  recorder: Recorder<Event>,
  type: Type,
): Promise<Extract<Event, { readonly type: Type }>> {
  const event = await recorder.next();
  expectEqual(event.type, type, 'type of the event');
  return event as Extract<Event, { readonly type: Type }>;
}

export const signalingAcceptance: readonly SubjectCase<SignalingSubject>[] = [
  {
    name: 'two nodes of a room find each other and pass signals both ways',
    async run({ signaling, url, identity }) {
      const [alice, bob] = [await identity(1), await identity(2)];
      const [atAlice, atBob] = [createRecorder<SignalingEvent>(), createRecorder<SignalingEvent>()];
      const room = newRoom();
      const aliceRoom = signaling.join(url, room, alice, atAlice.record);
      expectEqual((await expectEvent(atAlice, 'signaling-joined')).present.length, 0, 'others in a new room');
      const bobRoom = signaling.join(url, room, bob, atBob.record);
      expectEqual((await expectEvent(atBob, 'signaling-joined')).present.join(), alice.id, 'present');
      expectEqual((await expectEvent(atAlice, 'peer-present')).peer, bob.id, 'newcomer');

      bobRoom.send(alice.id, Uint8Array.of(1, 2));
      const received = await expectEvent(atAlice, 'signal-received');
      expectEqual(received.from, bob.id, 'sender');
      expectEqual(received.signal.join(), '1,2', 'signal');
      aliceRoom.send(bob.id, Uint8Array.of(3));
      expectEqual((await expectEvent(atBob, 'signal-received')).signal.join(), '3', 'signal back');
      aliceRoom.close();
      aliceRoom.close();
      bobRoom.close();
    },
  },
  {
    name: 'rooms do not hear each other',
    async run({ signaling, url, identity }) {
      const [alice, bob] = [await identity(1), await identity(2)];
      const [atAlice, atBob] = [createRecorder<SignalingEvent>(), createRecorder<SignalingEvent>()];
      const aliceRoom = signaling.join(url, newRoom(), alice, atAlice.record);
      await expectEvent(atAlice, 'signaling-joined');
      const bobRoom = signaling.join(url, newRoom(), bob, atBob.record);
      expectEqual((await expectEvent(atBob, 'signaling-joined')).present.length, 0, 'others');
      bobRoom.close();
      aliceRoom.close();
    },
  },
  {
    name: 'a node that joins again takes its place over; the older room is lost',
    async run({ signaling, url, identity }) {
      const alice = await identity(1);
      const [first, second] = [createRecorder<SignalingEvent>(), createRecorder<SignalingEvent>()];
      const room = newRoom();
      signaling.join(url, room, alice, first.record);
      await expectEvent(first, 'signaling-joined');
      const again = signaling.join(url, room, alice, second.record);
      expectEqual((await expectEvent(second, 'signaling-joined')).present.length, 0, 'others');
      await expectEvent(first, 'signaling-lost');
      again.close();
    },
  },
  {
    name: 'a server that is not there is told, later than the call',
    async run({ signaling, deadUrl, identity }) {
      const events = createRecorder<SignalingEvent>();
      let returned = false;
      signaling.join(deadUrl, newRoom(), await identity(1), (event) => {
        expectEqual(returned, true, 'join() has returned');
        events.record(event);
      });
      returned = true;
      await expectEvent(events, 'signaling-lost');
    },
  },
  {
    name: 'two sides of a rendezvous meet, talk, and hear when the other leaves',
    async run({ signaling, url }) {
      const [atOffer, atAnswer] = [createRecorder<PairingEvent>(), createRecorder<PairingEvent>()];
      const rendezvous = newRoom();
      const offer = signaling.pair(url, rendezvous, 'offer', atOffer.record);
      const answer = signaling.pair(url, rendezvous, 'answer', atAnswer.record);
      await Promise.all([expectEvent(atOffer, 'pairing-open'), expectEvent(atAnswer, 'pairing-open')]);
      offer.send(Uint8Array.of(1));
      expectEqual((await expectEvent(atAnswer, 'pairing-message')).message.join(), '1', 'message');
      answer.send(Uint8Array.of(2));
      expectEqual((await expectEvent(atOffer, 'pairing-message')).message.join(), '2', 'message back');
      offer.send(Uint8Array.of(3));
      offer.close();
      expectEqual((await expectEvent(atAnswer, 'pairing-message')).message.join(), '3', 'last message');
      expectEqual((await expectEvent(atAnswer, 'pairing-closed')).cause, 'left', 'cause');
    },
  },
  {
    name: 'a third at a rendezvous is turned away as taken',
    async run({ signaling, url }) {
      const [first, third] = [createRecorder<PairingEvent>(), createRecorder<PairingEvent>()];
      const rendezvous = newRoom();
      const offer = signaling.pair(url, rendezvous, 'offer', first.record);
      const answer = signaling.pair(url, rendezvous, 'answer', () => undefined);
      await expectEvent(first, 'pairing-open');
      signaling.pair(url, rendezvous, 'offer', third.record);
      expectEqual((await expectEvent(third, 'pairing-closed')).cause, 'taken', 'cause');
      offer.close();
      answer.close();
    },
  },
  {
    name: 'two nodes of a room meet at a relay, bytes pass both ways, and a third is turned away',
    async run({ signaling, url, identity }) {
      const room = newRoom();
      const rendezvous = newRoom();
      const [atAlice, atBob, atEve] = [1, 2, 3].map(() => createRecorder<RelayEvent>()) as [
        Recorder<RelayEvent>,
        Recorder<RelayEvent>,
        Recorder<RelayEvent>,
      ];
      const joined = async (seed: number) => {
        const events = createRecorder<SignalingEvent>();
        const entered = signaling.join(url, room, await identity(seed), events.record);
        await expectEvent(events, 'signaling-joined');
        return entered;
      };
      const [alice, bob, eve] = [await joined(1), await joined(2), await joined(3)];
      const one = alice.openRelay(rendezvous, atAlice.record);
      const other = bob.openRelay(rendezvous, atBob.record);
      await Promise.all([expectEvent(atAlice, 'relay-opened'), expectEvent(atBob, 'relay-opened')]);
      eve.openRelay(rendezvous, atEve.record);
      await expectEvent(atEve, 'relay-closed');
      one.send(Uint8Array.of(1, 2));
      one.send(new Uint8Array(16 * 1024).fill(3));
      expectEqual((await expectEvent(atBob, 'relay-received')).bytes.join(), '1,2', 'bytes');
      expectEqual((await expectEvent(atBob, 'relay-received')).bytes.length, 16 * 1024, 'size');
      other.send(Uint8Array.of(4));
      expectEqual((await expectEvent(atAlice, 'relay-received')).bytes.join(), '4', 'bytes back');
      one.send(Uint8Array.of(5));
      one.close();
      one.close();
      expectEqual((await expectEvent(atBob, 'relay-received')).bytes.join(), '5', 'last bytes');
      await expectEvent(atBob, 'relay-closed');
      for (const entered of [alice, bob, eve]) entered.close();
    },
  },
  {
    name: 'a server that goes away is told once, to rooms and rendezvous',
    async run({ signaling, url, identity, stopServer }) {
      const [inRoom, inPairing] = [createRecorder<SignalingEvent>(), createRecorder<PairingEvent>()];
      signaling.join(url, newRoom(), await identity(1), inRoom.record);
      await expectEvent(inRoom, 'signaling-joined');
      const rendezvous = newRoom();
      signaling.pair(url, rendezvous, 'offer', inPairing.record);
      signaling.pair(url, rendezvous, 'answer', () => undefined);
      await expectEvent(inPairing, 'pairing-open');
      await stopServer();
      await expectEvent(inRoom, 'signaling-lost');
      await expectEvent(inPairing, 'pairing-closed');
    },
  },
];
