import { createNodePorts } from '../../cli/node/node-ports.ts';
import { browserClock, browserRandomness } from '../../src/adapters/browser/clock.ts';
import { decodeJoinLink } from '../../src/core/wire/contact/join-link.ts';
import { concatBytes, encodeCbor } from '../../src/core/wire/encoding/cbor.ts';
import { bytesOfId, type NodeId } from '../../src/core/wire/encoding/ids.ts';
import { encodeMessage } from '../../src/core/wire/link/message.ts';
import { encodeSignedStatement, statementMessage } from '../../src/core/wire/statement/statement.ts';
import { until } from '../../src/ports/acceptance/acceptance-case.ts';
import { takeUpInvitation } from '../../src/runtime/joining/take-up-invitation.ts';
import { startNode } from '../../src/runtime/node-runtime.ts';
import { createRawNeighbour } from '../../src/runtime/testing/raw-neighbour.ts';

/** A member of the fleet that says what no version of today says: a node of a later version, driven by hand. */
export interface LaterNode {
  /** Links with the device of that name, says a message and a statement of kinds of its own, and resolves with the statement as it was signed. */
  speakTo(deviceName: string): Promise<Uint8Array>;
  /** Why its links ended, oldest first. */
  ends(): readonly string[];
  kill(): Promise<void>;
}

/** Takes up an invitation of an operator, in `folder`. */
export async function startLaterNode(folder: string, link: string): Promise<LaterNode> {
  const { fleet, signaling, invitation } = decodeJoinLink(link);
  const url = signaling[0]!;
  const ports = await createNodePorts(folder);
  const identity = await ports.keys.identity('later');
  const runtime = await startNode(ports, {
    fleet,
    identity,
    signalingUrls: [url],
    watchedSites: 'all',
    frame: undefined,
  });
  await until(() => runtime.node.ledger.accepted(invitation!.grant) !== undefined, 'the invitation', 30_000);
  await takeUpInvitation(runtime, ports.keys, invitation!, 'Later');
  const devices = new Map(
    Array.from(runtime.node.view().devices.values(), ({ body }) => [body.name, body.device]),
  );
  const room = await ports.keys.sha256(
    concatBytes([new TextEncoder().encode('fieldfare room 1\0'), bytesOfId(fleet)]),
  );
  await runtime.close();
  const neighbour = createRawNeighbour({
    ports: { ...ports, clock: browserClock, randomness: browserRandomness },
    identity,
    fleet,
    url,
    room: room.slice(0, 16),
  });
  return {
    speakTo: async (deviceName) => {
      const connection = await neighbour.link(devices.get(deviceName) as NodeId, 30_000);
      const signedBytes = encodeCbor({
        v: 1,
        fleet: bytesOfId(fleet),
        author: bytesOfId(identity.id),
        session: 1_000,
        seq: 1,
        time: Date.now(),
        kind: 'rumour',
        body: ['whatever', { it: 1 }],
      });
      const payload = encodeSignedStatement({
        signedBytes,
        signature: await identity.sign(statementMessage(signedBytes)),
      });
      for (let turn = 0; turn < 20; turn++)
        connection.send(encodeCbor(['of-a-later-type', turn, { more: true }]));
      connection.send(encodeMessage({ type: 'push', kind: 'statement', hops: 1, payload }));
      return payload;
    },
    ends: () => neighbour.ends,
    kill: async () => neighbour.close(),
  };
}
