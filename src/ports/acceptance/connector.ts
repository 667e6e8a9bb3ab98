import { MAX_FRAME_BYTES } from '../../core/wire/encoding/limits.ts';
import type { Rung } from '../../core/wire/statement/statement.ts';
import { type Connection, type ConnectionAttempt, ConnectionFailed, type Connector } from '../connections.ts';
import { byteChannelAcceptance } from './byte-channel.ts';
import { createRecorder, expectEqual, type SubjectCase } from './case.ts';
import { connectEnds } from './connected-channels.ts';

export interface ConnectorSubject {
  readonly connector: Connector;
  /** Gives up on opening after about 500 ms. */
  readonly impatient: Connector;
  /** The rung that its connections stand on here; 'lan' where absent. */
  readonly rung?: Rung;
}

async function failureOf(opened: Promise<Connection>): Promise<string> {
  return opened.then(
    () => 'opened',
    (error: unknown) => (error instanceof ConnectionFailed ? error.failure : String(error)),
  );
}

function throwsRangeError(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    return error instanceof RangeError;
  }
}

const closed = (connection: Connection) => new Promise<string>((resolve) => connection.onClose(resolve));

export const connectorAcceptance: readonly SubjectCase<ConnectorSubject>[] = [
  {
    name: 'two ends connect, and each knows the fingerprint that the other presents',
    async run({ connector }) {
      const [a, b] = await connectEnds(connector);
      expectEqual(a.initiator, true, 'initiator');
      expectEqual(b.initiator, false, 'responder');
      expectEqual(a.localFingerprint.length, 32, 'size');
      expectEqual(a.localFingerprint.join(), b.remoteFingerprint.join(), 'fingerprint of the initiator');
      expectEqual(b.localFingerprint.join(), a.remoteFingerprint.join(), 'fingerprint of the responder');
      expectEqual(a.localFingerprint.join() === b.localFingerprint.join(), false, 'both ends the same');
      a.close('done');
    },
  },
  {
    name: 'frames arrive whole and in order, those sent before anyone listens too',
    async run({ connector }) {
      const [a, b] = await connectEnds(connector);
      const sizes = [1, 100_000, 2, MAX_FRAME_BYTES, 3];
      for (const size of sizes) a.send(new Uint8Array(size).fill(size & 255));
      const received = createRecorder<Uint8Array>();
      await new Promise((resolve) => setTimeout(resolve, 50));
      b.onFrame(received.record);
      for (const size of sizes) {
        const frame = await received.next();
        expectEqual(frame.length, size, 'size of the frame');
        expectEqual(frame.at(-1), size & 255, 'last byte');
      }
      a.close('done');
    },
  },
  {
    name: 'a listener may step back from within, and the rest waits for the next one',
    async run({ connector }) {
      const [a, b] = await connectEnds(connector);
      const [first, second] = [createRecorder<Uint8Array>(), createRecorder<Uint8Array>()];
      b.onFrame((frame) => {
        b.onFrame(undefined);
        first.record(frame);
      });
      for (const value of [1, 2, 3]) a.send(Uint8Array.of(value));
      expectEqual((await first.next())[0], 1, 'first frame');
      await new Promise((resolve) => setTimeout(resolve, 20));
      b.onFrame(second.record);
      expectEqual((await second.next())[0], 2, 'second frame');
      expectEqual((await second.next())[0], 3, 'third frame');
      a.close('done');
    },
  },
  {
    name: 'a frame over the limit is not sent',
    async run({ connector }) {
      const [a] = await connectEnds(connector);
      let thrown: unknown;
      try {
        a.send(new Uint8Array(MAX_FRAME_BYTES + 1));
      } catch (error) {
        thrown = error;
      }
      expectEqual(thrown instanceof RangeError, true, 'RangeError');
      a.close('done');
    },
  },
  {
    name: 'closing is told once at both ends, delivers what was sent before, and may be repeated',
    async run({ connector }) {
      const [a, b] = await connectEnds(connector);
      const frames = createRecorder<Uint8Array>();
      let times = 0;
      a.onClose(() => {
        times += 1;
      });
      b.onFrame(frames.record);
      a.send(Uint8Array.of(42));
      a.close('we are done');
      a.close('again');
      expectEqual(await closed(a), 'we are done', 'reason here');
      expectEqual((await frames.next())[0], 42, 'goodbye');
      await closed(b);
      expectEqual(times, 1, 'calls of a listener');
      a.send(Uint8Array.of(1));
      let refused = false;
      try {
        a.openChannel(1);
      } catch (error) {
        refused = error instanceof ConnectionFailed;
      }
      expectEqual(refused, true, 'openChannel after the close refused');
    },
  },
  {
    name: 'what is sent faster than it leaves waits, and the end that sends hears when there is room',
    async run({ connector }) {
      const [a, b] = await connectEnds(connector);
      const received = createRecorder<Uint8Array>();
      b.onFrame(received.record);
      const room = new Promise<void>((resolve) => a.onRoom(resolve));
      for (let count = 0; count < 40; count++) a.send(new Uint8Array(100_000).fill(count));
      if (a.bufferedBytes() > 0) await room;
      expectEqual(a.bufferedBytes() < 100_000, true, 'little waits');
      for (let count = 0; count < 40; count++) expectEqual((await received.next())[0], count, 'frame');
      a.close('done');
      await a.gone();
    },
  },
  {
    name: 'room is told only while there is some, also when more is sent as it leaves',
    async run({ connector }) {
      const [a, b] = await connectEnds(connector);
      const received = createRecorder<Uint8Array>();
      b.onFrame(received.record);
      const told: number[] = [];
      a.onRoom(() => told.push(a.bufferedBytes()));
      for (let burst = 0; burst < 80; burst++) {
        for (let count = 0; count < 10; count++) a.send(new Uint8Array(30_000));
        // Each burst begins in another moment of the one before, some when it is just about to have left.
        while (a.bufferedBytes() > 20_000 * (burst % 10)) await received.next();
        await Promise.resolve();
      }
      expectEqual(told.filter((bytes) => bytes >= 64 * 1024).length, 0, 'told while much waits');
      a.close('done');
      await a.gone();
    },
  },
  ...byteChannelAcceptance.map(({ name, run }) => ({
    name: `bulk channels: ${name}`,
    run: ({ connector }: ConnectorSubject) =>
      run({
        async open() {
          const [a, b] = await connectEnds(connector);
          return { left: a.openChannel(5), right: b.openChannel(5), cut: () => a.close('done') };
        },
      }),
  })),
  {
    name: 'an id is free when both ends are gone, and nothing of its former use comes out of the next',
    async run({ connector }) {
      const [a, b] = await connectEnds(connector);
      for (let use = 1; use <= 3; use++) {
        const [atA, atB] = [a.openChannel(5), b.openChannel(5)];
        expectEqual(
          throwsRangeError(() => a.openChannel(5)),
          true,
          'an id that is open refused',
        );
        const received = createRecorder<Uint8Array>();
        atA.onBytes(received.record);
        await atB.write(Uint8Array.of(use));
        expectEqual((await received.next())[0], use, 'first byte');
        // Both still say something as one closes.
        const late = [atB.write(new Uint8Array(300_000)), atA.write(new Uint8Array(300_000))];
        atA.close();
        expectEqual(
          throwsRangeError(() => a.openChannel(5)),
          true,
          'an id that closes refused',
        );
        await Promise.allSettled(late);
        await Promise.all([atA.gone(), atB.gone()]);
      }
      a.close('done');
    },
  },
  {
    name: 'closing a bulk channel ends the other end of it and leaves the connection',
    async run({ connector }) {
      const [a, b] = await connectEnds(connector);
      const [atA, atB] = [a.openChannel(5), b.openChannel(5)];
      const told = new Promise<void>((resolve) => atB.onClose(resolve));
      atB.onBytes(() => undefined);
      await atA.write(Uint8Array.of(1));
      atA.close();
      await told;
      const frames = createRecorder<Uint8Array>();
      b.onFrame(frames.record);
      a.send(Uint8Array.of(9));
      expectEqual((await frames.next())[0], 9, 'frame');
      const rejected = await atA.write(Uint8Array.of(1)).then(
        () => false,
        (error: unknown) => error instanceof ConnectionFailed,
      );
      expectEqual(rejected, true, 'write after close rejected');
      a.close('done');
    },
  },
  {
    name: 'statistics say how the other end was reached',
    async run({ connector, rung: expected = 'lan' }) {
      const [a] = await connectEnds(connector);
      const { rung } = await a.stats();
      expectEqual(rung, expected, 'rung');
      a.close('done');
      expectEqual((await a.stats()).bytesSent >= 0, true, 'statistics after the close');
    },
  },
  {
    name: 'an attempt that is given up rejects, once and quietly',
    async run({ connector }) {
      const attempt = connector.attempt({ initiator: true, onSignal: () => undefined });
      attempt.close();
      attempt.close();
      expectEqual(await failureOf(attempt.opened), 'closed', 'failure');
      attempt.signal(Uint8Array.of(1));
    },
  },
  {
    name: 'an attempt that nobody answers ends in time',
    async run({ impatient }) {
      const attempt = impatient.attempt({ initiator: true, onSignal: () => undefined });
      expectEqual(await failureOf(attempt.opened), 'timed-out', 'failure');
    },
  },
  {
    name: 'an attempt waits for as long as its caller says, whatever the patience of the connector',
    async run({ impatient }) {
      const toAnswerer: Uint8Array[] = [];
      let answerer: ConnectionAttempt | undefined;
      const offerer = impatient.attempt({
        initiator: true,
        openWithinMs: 20_000,
        onSignal: (bytes) => (answerer === undefined ? toAnswerer.push(bytes) : answerer.signal(bytes)),
      });
      const hasty = impatient.attempt({ initiator: true, onSignal: () => undefined });
      expectEqual(await failureOf(hasty.opened), 'timed-out', 'the other attempt');
      answerer = impatient.attempt({
        initiator: false,
        openWithinMs: 20_000,
        onSignal: (bytes) => offerer.signal(bytes),
      });
      for (const bytes of toAnswerer) answerer.signal(bytes);
      const [a] = await Promise.all([offerer.opened, answerer.opened]);
      a.close('done');
    },
  },
  ...(
    [
      ['nonsense', Uint8Array.of(0xff, 0xff)],
      ['nothing', new Uint8Array()],
      ['more than the limit', new Uint8Array(64 * 1024)],
    ] as const
  ).map(([name, bytes]) => ({
    name: `attack: ${name} as a signal fails the attempt`,
    async run({ connector }: ConnectorSubject) {
      for (const initiator of [true, false]) {
        const attempt = connector.attempt({ initiator, onSignal: () => undefined });
        attempt.signal(bytes);
        expectEqual(await failureOf(attempt.opened), 'bad-signal', 'failure');
      }
    },
  })),
  {
    name: 'attack: an offer where an answer is due fails the attempt',
    async run({ connector }) {
      const offers = createRecorder<Uint8Array>();
      const first = connector.attempt({ initiator: true, onSignal: offers.record });
      const second = connector.attempt({ initiator: true, onSignal: () => undefined });
      second.signal(await offers.next());
      expectEqual(await failureOf(second.opened), 'bad-signal', 'failure');
      first.close();
    },
  },
];
