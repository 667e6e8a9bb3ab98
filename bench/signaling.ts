import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { aimOf, spreadOf } from '../report/report.ts';
import { openJoinChecks } from '../signaling/join-checks.ts';
import { nobleVerify } from '../src/adapters/noble/verify.ts';
import type { Keys } from '../src/ports/keys.ts';
import { type Bench, cpuMsOf } from './bench.ts';
import { type Checks, openJoinServer, type Rooms } from './signaling/joins.ts';

const JOINS = 1_000;
/** Not counted: the compiler's. */
const WARM_UP_JOINS = 2_000;
const CHECKS = 500;

const WAYS = [
  ['openssl', 'by OpenSSL, as the server does'],
  ['javascript', 'in JavaScript, as where OpenSSL is not strict'],
] as const satisfies readonly (readonly [Checks, string])[];
const ROOMS: readonly Rooms[] = ['one room', 'rooms of their own'];

/**
 * How many members a second a server lets in, as when all of a fleet come back to it: each opens a socket, is challenged, signs, and is
 * told who is there. The members are in one process and the server in another on the same machine, whose cores they share; so the
 * server's CPU time is the steadier figure.
 */
export const signaling: Bench = {
  description: 'joins a second of one signaling server, by how it checks their signatures',
  run: async ({ rounds, progress }) => {
    const verifiers = { openssl: await openJoinChecks(), javascript: { verify: nobleVerify } };
    const rows = WAYS.flatMap(([checks, way]) =>
      ROOMS.map((rooms) => ({ checks, way, rooms, perSecond: [] as number[], cpuMs: [] as number[] })),
    );
    const checksPerSecond = { openssl: [] as number[], javascript: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (const [checks] of WAYS) checksPerSecond[checks].push(await bareRate(verifiers[checks]));
      for (const { checks, rooms, perSecond, cpuMs } of rows) {
        progress(`round ${round + 1}, ${checks}, ${rooms}`);
        const server = await openJoinServer(checks);
        try {
          await server.measure(WARM_UP_JOINS, rooms);
          const measured = await server.measure(JOINS, rooms);
          perSecond.push(measured.joinsPerSecond);
          cpuMs.push(measured.cpuMsPerJoin);
        } finally {
          await server.close();
        }
      }
    }
    const cpuMsOfJoin = (checks: Checks, rooms: Rooms) =>
      spreadOf(rows.find((row) => row.checks === checks && row.rooms === rooms)!.cpuMs).median;
    return {
      rows: rows.map(({ checks, way, rooms, perSecond, cpuMs }) => ({
        checked: way,
        members: `${JOINS} in ${rooms}`,
        joinsPerSecond: spreadOf(perSecond),
        serverCpuMsPerJoin: spreadOf(cpuMs),
        bareChecksPerCpuSecond: spreadOf(checksPerSecond[checks]),
      })),
      aims: [
        aimOf({
          name: 'CPU of the server for a join beside JavaScript, in rooms of their own',
          value:
            cpuMsOfJoin('openssl', 'rooms of their own') / cpuMsOfJoin('javascript', 'rooms of their own'),
          unit: 'of its time',
          aim: 0.5,
          direction: 'atMost',
        }),
      ],
    };
  },
};

/** Signatures checked one after another by one thread, per second of CPU, after as many to warm up. */
async function bareRate({ verify }: Pick<Keys, 'verify'>): Promise<number> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));
  const signed = Array.from({ length: CHECKS }, () => {
    const message = new Uint8Array(randomBytes(100));
    return { message, signature: new Uint8Array(sign(null, message, privateKey)) };
  });
  const run = async () => {
    for (const { message, signature } of signed)
      if (!(await verify(key, message, signature)))
        throw new Error('a signature of the benchmark does not hold');
  };
  await run();
  const [, cpuMs] = await cpuMsOf(run);
  return CHECKS / (cpuMs / 1000);
}
