import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AuthorityUnusable,
  type CertificateAuthority,
  openCertificateAuthority,
} from './certificate-authority.ts';
import type { LanNames } from './lan-names.ts';

const LAN: LanNames = {
  dns: ['localhost', 'till', 'till.local'],
  addresses: ['127.0.0.1', '::1', '192.168.7.20'],
};
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'fieldfare-ca-')), 'ca');
});
afterEach(() => rm(join(directory, '..'), { recursive: true }));

/** What a client that trusts the authority says of a server that shows `name`'s certificate: undefined when it is content. */
async function refusal(
  authority: CertificateAuthority,
  names: LanNames,
  name: string,
): Promise<string | undefined> {
  const leaf = await authority.issue(names, Date.now());
  const server = createServer({ cert: leaf.certificate, key: leaf.key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await new Promise((resolve) => {
      const isAddress = /^[\d.]+$|:/.test(name);
      const socket = connect({
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        ca: authority.certificate,
        ...(isAddress ? { checkServerIdentity: () => undefined } : { servername: name }),
      });
      socket.once('secureConnect', () => {
        socket.destroy();
        resolve(undefined);
      });
      socket.once('error', (error) => resolve(error.message));
    });
  } finally {
    server.close();
  }
}

describe('the LAN certificate authority', () => {
  it('vouches for the names and addresses of the LAN', async () => {
    const authority = await openCertificateAuthority(directory, LAN, Date.now());
    for (const name of ['localhost', 'till.local', '192.168.7.20']) {
      expect(await refusal(authority, LAN, name)).toBeUndefined();
    }
  });

  it('cannot vouch for a public name or address, so a stolen key reads nobody else', async () => {
    const authority = await openCertificateAuthority(directory, LAN, Date.now());
    const publicName = { dns: ['bank.example'], addresses: [] };
    const publicAddress = { dns: [], addresses: ['8.8.8.8'] };
    expect(await refusal(authority, publicName, 'bank.example')).toMatch(/permitted subtree violation/);
    expect(await refusal(authority, publicAddress, '8.8.8.8')).toMatch(/permitted subtree violation/);
  });

  it('allows a public address that the machine had when the authority was made', async () => {
    const names = { ...LAN, addresses: [...LAN.addresses, '203.0.113.9'] };
    const authority = await openCertificateAuthority(directory, names, Date.now());
    expect(await refusal(authority, names, '203.0.113.9')).toBeUndefined();
  });

  it('is the same authority when opened again, and its key is for its owner only', async () => {
    const first = await openCertificateAuthority(directory, LAN, Date.now());
    const again = await openCertificateAuthority(directory, LAN, Date.now());
    expect(again.fingerprint).toBe(first.fingerprint);
    expect((await stat(join(directory, 'ca.key'))).mode & 0o777).toBe(0o600);
    expect(await refusal(again, LAN, 'localhost')).toBeUndefined();
  });

  it('says what to do when half of it is missing, damaged, or at its end', async () => {
    await openCertificateAuthority(directory, LAN, Date.now());
    await expect(openCertificateAuthority(directory, LAN, Date.now() + 10 * YEAR_MS)).rejects.toThrow(
      /ends on .* Remove/,
    );
    const certificate = await readFile(join(directory, 'ca.crt'));
    await writeFile(join(directory, 'ca.crt'), certificate.subarray(0, 200));
    await expect(openCertificateAuthority(directory, LAN, Date.now())).rejects.toThrow(AuthorityUnusable);
    await rm(join(directory, 'ca.crt'));
    await expect(openCertificateAuthority(directory, LAN, Date.now())).rejects.toThrow(
      /ca.crt and ca.key is missing/,
    );
  });
});
