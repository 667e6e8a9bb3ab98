import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openJoinChecks } from '../../signaling/join-checks.ts';
import { createSignalingServer } from '../../signaling/server.ts';
import { nobleVerify } from '../../src/adapters/noble/verify.ts';
import { nodeCpuMs } from '../bench.ts';

/** A signaling server in a process of its own: it tells its port, and its CPU time whenever it is asked. */
const keys = process.argv[2] === 'javascript' ? { verify: nobleVerify } : await openJoinChecks();
// All members come from one address here, and all at once.
const most = 100_000;
const signaling = createSignalingServer({
  keys,
  limits: { maxSocketsPerAddress: most, maxSockets: most, maxMembersPerRoom: most },
});
const http = createServer();
http.on('upgrade', signaling.handleUpgrade);
http.listen(0, '127.0.0.1', () => process.send!({ port: (http.address() as AddressInfo).port }));
process.on('message', () => process.send!({ cpuMs: nodeCpuMs() }));
process.on('disconnect', () => process.exit());
