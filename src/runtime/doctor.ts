import { type Finding, type MappedPort, natMappingOf } from '../core/connectivity/findings.ts';
import { type IceServer, MAX_ICE_SERVERS } from '../core/wire/contact/ice-server.ts';
import type { CandidateProbe } from '../ports/candidate-probe.ts';
import type { Clock, Randomness } from '../ports/clock.ts';
import type { Identity, Keys } from '../ports/keys.ts';
import type { Signaling, SignalingRoom } from '../ports/signaling.ts';

/** Longer than a server that answers needs, shorter than a person waits. A guess. */
const GATHER_TIMEOUT_MS = 5_000;
const RELAY_TIMEOUT_MS = 10_000;
const ROOM_BYTES = 16;

export interface DoctorDeps {
  readonly signaling: Signaling;
  readonly probe: CandidateProbe;
  readonly keys: Pick<Keys, 'fromSeed'>;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

/**
 * Tries each rung of the ladder from here, one after the other, and says what it found. It joins a room that nobody else knows
 * under a key of its own, so it needs no fleet and troubles no peer. Resolves when all is tried.
 */
export async function examineConnectivity(
  deps: DoctorDeps,
  urls: readonly string[],
  onFinding: (finding: Finding) => void,
): Promise<void> {
  const { clock, probe } = deps;
  const self = await deps.keys.fromSeed(deps.randomness.bytes(32));
  const secretRoom = deps.randomness.bytes(ROOM_BYTES);
  const rooms: SignalingRoom[] = [];
  const lent: IceServer[] = [];
  try {
    for (const url of urls) {
      const joined = await join(deps, url, secretRoom, self);
      if (joined.room !== undefined) rooms.push(joined.room);
      lent.push(...joined.servers);
      onFinding({ type: 'signaling', url, joinMs: joined.joinMs, reason: joined.reason });
    }
    const servers = lent.slice(0, MAX_ICE_SERVERS);

    const hosts = await probe.gather({ servers: [], relayOnly: false, timeoutMs: GATHER_TIMEOUT_MS });
    const bases = hosts.filter(({ type, protocol }) => type === 'host' && protocol === 'udp').length;
    onFinding({ type: 'web-rtc', available: probe.available, hostCandidates: bases });

    await examineStun(probe, servers, bases, onFinding);
    for (const type of ['turn-udp', 'turn-tcp'] as const) {
      const asked = servers.filter((server) => server.type === 'turn' && transportOf(server.url) === type);
      let answered = 0;
      for (const server of asked) {
        const found = await probe.gather({
          servers: [server],
          relayOnly: true,
          timeoutMs: GATHER_TIMEOUT_MS,
        });
        if (found.some((candidate) => candidate.type === 'relay')) answered += 1;
      }
      onFinding({ type, asked: asked.length, answered });
    }
    onFinding(await examineRelay(deps, rooms, clock));
  } finally {
    for (const room of rooms) room.close();
  }
}

function transportOf(url: string): 'turn-udp' | 'turn-tcp' {
  return url.startsWith('turns:') || url.endsWith('?transport=tcp') ? 'turn-tcp' : 'turn-udp';
}

function join(
  { signaling, clock }: DoctorDeps,
  url: string,
  room: Uint8Array,
  self: Identity,
): Promise<{
  readonly room: SignalingRoom | undefined;
  readonly servers: readonly IceServer[];
  readonly joinMs: number | undefined;
  readonly reason: string;
}> {
  const beganMs = clock.monotonicMs();
  return new Promise((resolve) => {
    const entered = signaling.join(url, room, self, (event) => {
      if (event.type === 'signaling-joined')
        resolve({
          room: entered,
          servers: event.ice.servers,
          joinMs: clock.monotonicMs() - beganMs,
          reason: '',
        });
      if (event.type === 'signaling-lost')
        resolve({ room: undefined, servers: [], joinMs: undefined, reason: event.reason });
    });
  });
}

/** Each server alone says whether it answers; all at once on one socket, how the NAT maps it. */
async function examineStun(
  probe: CandidateProbe,
  servers: readonly IceServer[],
  bases: number,
  onFinding: (finding: Finding) => void,
): Promise<void> {
  const stun = servers.filter(({ type }) => type === 'stun');
  const answering: IceServer[] = [];
  const seen: MappedPort[] = [];
  for (const server of stun) {
    const alone = await reflexive(probe, [server]);
    if (alone.length > 0) answering.push(server);
    seen.push(...alone);
  }
  onFinding({
    type: 'stun',
    asked: stun.length,
    answered: answering.length,
    addresses: [...new Set(seen.map(({ address }) => address))],
  });
  const together = answering.length > 1 ? await reflexive(probe, answering) : seen;
  onFinding({ type: 'nat', kind: natMappingOf(answering.length, together, bases) });
}

async function reflexive(
  probe: CandidateProbe,
  servers: readonly IceServer[],
): Promise<readonly MappedPort[]> {
  const found = await probe.gather({ servers, relayOnly: false, timeoutMs: GATHER_TIMEOUT_MS });
  return found.filter(({ type, protocol }) => type === 'srflx' && protocol === 'udp');
}

/** Both ends of a relay are ours: what one sends must come out of the other. */
function examineRelay(
  { randomness }: DoctorDeps,
  rooms: readonly SignalingRoom[],
  clock: Clock,
): Promise<Finding> {
  const [room] = rooms;
  if (room === undefined) return Promise.resolve({ type: 'relay', roundTripMs: undefined, reason: '' });
  return new Promise((resolve) => {
    const rendezvous = randomness.bytes(ROOM_BYTES);
    let sentAtMs = 0;
    const settle = (roundTripMs: number | undefined, reason: string) => {
      cancel();
      for (const end of [near, far]) end.close();
      resolve({ type: 'relay', roundTripMs, reason });
    };
    const near = room.openRelay(rendezvous, (event) => {
      if (event.type === 'relay-opened') {
        sentAtMs = clock.monotonicMs();
        near.send(new Uint8Array(1024));
      }
      if (event.type === 'relay-received') settle(clock.monotonicMs() - sentAtMs, '');
      if (event.type === 'relay-closed') settle(undefined, event.reason);
    });
    const far = room.openRelay(rendezvous, (event) => {
      if (event.type === 'relay-received') far.send(event.bytes);
      if (event.type === 'relay-closed') settle(undefined, event.reason);
    });
    const cancel = clock.schedule(RELAY_TIMEOUT_MS, () =>
      settle(undefined, `nothing came back within ${RELAY_TIMEOUT_MS} ms`),
    );
  });
}
