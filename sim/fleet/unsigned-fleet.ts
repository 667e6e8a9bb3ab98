import type { ReceivedEntry } from '../../src/core/ledger/accepted.ts';
import { createEntryWriter, grantTo } from '../../src/core/ledger/testing/entry-writer.ts';
import { type AdmissionBody, admissionBody, admissionPath } from '../../src/core/wire/entry/admission.ts';
import type { Statement } from '../../src/core/wire/statement/statement.ts';
import type { UnsignedFleet } from './node-host.ts';

/** A fleet of one root key and one operator, who has admitted the devices and then writes a value of the config each time. */
export function createUnsignedFleet(
  devices: readonly Pick<AdmissionBody, 'device' | 'site'>[],
): UnsignedFleet {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const grant = writer.write({
    by: 'root',
    action: 'grant',
    body: grantTo(['operator'], { roles: ['operator'], mayGrant: false }),
  });
  for (const [place, { device, site }] of devices.entries())
    writer.write({
      by: 'operator',
      grant,
      action: 'admit',
      path: admissionPath(device),
      body: admissionBody({ device, site, name: `device ${place}`, labels: {} }),
    });
  const founding = [...writer.written];
  const opened = new WeakMap<Uint8Array, ReceivedEntry>(founding.map((item) => [item.envelope, item]));
  const statements = new WeakMap<Uint8Array, Statement>();
  let written = 0;

  return {
    id: writer.genesis.id,
    founding,
    write: () => {
      const entry = writer.write({
        by: 'operator',
        grant,
        action: 'create',
        path: `/notes/${written++}`,
        body: { value: 'a note' },
      });
      const received = writer.received(entry);
      opened.set(received.envelope, received);
      return received;
    },
    openEntry: (envelope) => opened.get(envelope)!,
    keepStatement: (bytes, statement) => {
      statements.set(bytes, statement);
    },
    openStatement: (bytes) => statements.get(bytes)!,
  };
}
