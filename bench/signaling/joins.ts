import { fork } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import {
  decodeServerMessage,
  encodeClientMessage,
  joinMessage,
} from '../../src/core/wire/contact/signaling.ts';
import type { NodeId } from '../../src/core/wire/encoding/ids.ts';

/** How the server under test checks signatures. */
export type Checks = 'openssl' | 'javascript';

export interface JoinFigures {
  readonly joinsPerSecond: number;
  /** Of the server's process, all threads. */
  readonly cpuMsPerJoin: number;
}

/** Sockets that are under way at once: more than one member joins after a server came back. */
const AT_ONCE = 64;

/** All in one room, where each newcomer is told to up to 32 members (S3), or each in a room of its own. */
export type Rooms = 'one room' | 'rooms of their own';

const ROOM = new Uint8Array(16).fill(7);

interface Member {
  readonly id: NodeId;
  readonly key: KeyObject;
}

export interface JoinServer {
  /** So many members, each with a key and a socket of its own, join and are told so; then all leave. */
  measure(joins: number, rooms: Rooms): Promise<JoinFigures>;
  close(): Promise<void>;
}

export async function openJoinServer(checks: Checks): Promise<JoinServer> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [checks], {
    execArgv: ['--import', 'tsx'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const answer = async <Field extends string>(field: Field): Promise<number> => {
    const [message] = (await once(child, 'message')) as [Record<Field, number>];
    return message[field];
  };
  const port = await answer('port');
  const cpuMs = () => {
    const told = answer('cpuMs');
    child.send({});
    return told;
  };

  return {
    measure: async (joins, rooms) => {
      const members = Array.from({ length: joins }, newMember);
      const sockets: WebSocket[] = [];
      const cpuBeforeMs = await cpuMs();
      const beganMs = performance.now();
      let next = 0;
      const joinOn = async () => {
        for (let member = members[next++]; member !== undefined; member = members[next++])
          sockets.push(await join(port, member, rooms === 'one room' ? ROOM : randomBytes(16)));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, joinOn));
      const seconds = (performance.now() - beganMs) / 1000;
      const cpuMsPerJoin = ((await cpuMs()) - cpuBeforeMs) / joins;
      await Promise.all(
        sockets.map(async (socket) => {
          socket.close();
          await once(socket, 'close');
        }),
      );
      return { joinsPerSecond: joins / seconds, cpuMsPerJoin };
    },
    close: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function newMember(): Member {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  // A JWK writes the key as our ids are written: base64url of 32 bytes.
  return { id: publicKey.export({ format: 'jwk' }).x as NodeId, key: privateKey };
}

async function join(port: number, { id, key }: Member, room: Uint8Array): Promise<WebSocket> {
  const host = `127.0.0.1:${port}`;
  const socket = new WebSocket(`ws://${host}`, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('close', (code) => reject(new Error(`the server closed a member's socket with ${code}`)));
    socket.on('message', (data: Buffer) => {
      const message = decodeServerMessage(Uint8Array.from(data));
      if (message.type === 'joined') resolve();
      if (message.type !== 'challenge') return;
      const signature = sign(null, joinMessage(host, message.nonce, room), key);
      socket.send(encodeClientMessage({ type: 'join', room, key: id, signature }));
    });
  });
  socket.removeAllListeners('close');
  return socket;
}
