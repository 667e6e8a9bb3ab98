import { connect } from 'node:net';
import { decodeMultiStream, encode } from '@msgpack/msgpack';

/** One agent's RPC socket: each message is a header and, for some, a body, one MessagePack map after the other (Serf's docs, "RPC Protocol"). */
export interface SerfRpc {
  members(): Promise<number>;
  event(name: string): void;
  close(): void;
}

interface Header {
  readonly Seq?: number;
  readonly Error?: string;
}

const HANDSHAKE = 0;
const STREAM = 1;
const FIRST_REQUEST = 2;

/** Resolves once the agent streams its user events to `onEvent`. */
export async function openSerfRpc(port: number, onEvent: (name: string) => void): Promise<SerfRpc> {
  const socket = connect(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.setNoDelay(true);
  let sequence = FIRST_REQUEST;
  const requests = new Map<number, (members: number) => void>();
  const send = (Command: string, Seq: number, body?: unknown) => {
    socket.write(encode({ Command, Seq }));
    if (body !== undefined) socket.write(encode(body));
  };

  let streaming: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    streaming = resolve;
  });
  const read = async () => {
    const messages = decodeMultiStream(socket) as AsyncGenerator<unknown>;
    const body = async () => (await messages.next()).value as Record<string, unknown>;
    for (;;) {
      const { value, done } = await messages.next();
      if (done) return;
      const { Seq, Error: refusal } = value as Header;
      if (refusal) throw new Error(`Serf refuses request ${Seq}: ${refusal}`);
      if (Seq === STREAM && !started) {
        started = true;
        streaming();
      } else if (Seq === STREAM) onEvent(String((await body()).Name));
      else if (Seq !== undefined && requests.has(Seq)) {
        const members = (await body()).Members as { readonly Status: string }[];
        requests.get(Seq)!(members.filter(({ Status }) => Status === 'alive').length);
        requests.delete(Seq);
      }
    }
  };
  let started = false;
  let closed = false;
  read().catch((error: unknown) => {
    if (!closed) throw error;
  });
  send('handshake', HANDSHAKE, { Version: 1 });
  send('stream', STREAM, { Type: 'user' });
  await ready;
  return {
    members: () =>
      new Promise((resolve) => {
        const request = sequence++;
        requests.set(request, resolve);
        send('members', request);
      }),
    // Its answer is a header alone, which nobody waits for.
    event: (Name) => send('event', sequence++, { Name, Payload: new Uint8Array(0), Coalesce: false }),
    close: () => {
      closed = true;
      socket.destroy();
    },
  };
}
