import { expect, test } from 'vitest';
import { createNobleKeys } from '../../../adapters/noble/keys.ts';
import { joinMessage, relayMessage } from '../contact/signaling.ts';
import { entryMessage } from '../entry/entry.ts';
import { voucherMessage } from '../entry/grant.ts';
import { proofMessage } from '../link/handshake.ts';
import { statementMessage } from '../statement/statement.ts';
import { bytesOfId, type FleetId, idFromBytes } from './ids.ts';

const keys = createNobleKeys({ randomness: { bytes: (count) => new Uint8Array(count) } });

test('attack: a signature made for one purpose passes for no other (W5)', async () => {
  const identity = await keys.fromSeed(new Uint8Array(32).fill(1));
  const bytes = new Uint8Array(32).fill(2);
  const fleet = idFromBytes<FleetId>(bytes);
  const end = { hello: { fleet, key: identity.id, nonce: bytes }, fingerprint: bytes };
  // The same bytes in the place of what is signed, as far as each purpose lets them be chosen.
  const messages = {
    entry: entryMessage(bytes),
    statement: statementMessage(bytes),
    voucher: voucherMessage(fleet, identity.id),
    'signaling join': joinMessage('host', bytes, bytes.slice(0, 16)),
    'signaling relay': relayMessage('host', bytes, bytes.slice(0, 16), bytes.slice(0, 16)),
    'link proof': proofMessage('initiator', end, end, bytes),
    'link proof of the other end': proofMessage('responder', end, end, bytes),
  };
  for (const [purpose, message] of Object.entries(messages)) {
    const signature = await identity.sign(message);
    for (const [other, asked] of Object.entries(messages)) {
      const holds = await keys.verify(bytesOfId(identity.id), asked, signature);
      expect([purpose, other, holds]).toEqual([purpose, other, purpose === other]);
    }
  }
});
