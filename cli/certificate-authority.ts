import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import type { LanNames } from './lan-names.ts';
import type { TlsMaterial } from './site-server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A guess: kiosks outlive it seldom, and trusting a new one means a visit to each. Shorter would bound a stolen key better. */
const AUTHORITY_LIFE_MS = 3650 * DAY_MS;
/** Under Apple's limit of 825 days for private authorities. A guess: the leaf lives in memory only and is cheap to make. */
const LEAF_LIFE_MS = 90 * DAY_MS;
/** Devices whose clock runs behind would refuse a leaf that begins now. A guess. */
const BACKDATED_MS = 2 * DAY_MS;
const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export class AuthorityUnusable extends Error {
  override readonly name = 'AuthorityUnusable';
}

export interface IssuedLeaf extends TlsMaterial {
  readonly notAfterMs: number;
}

/** A private certificate authority for one LAN (RFC 5280): without a secure context there are no service workers. */
export interface CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  /** DER, as phones want it. */
  readonly certificateDer: Uint8Array;
  /** SHA-256 of the DER, upper-case hexadecimal in pairs, as browsers show it. */
  readonly fingerprint: string;
  issue(names: LanNames, nowMs: number): Promise<IssuedLeaf>;
}

/**
 * Opens the authority kept in `directory`, or makes one there for `names`. The key file is readable by its owner only.
 * @throws AuthorityUnusable when half of it is missing, damaged, or expired.
 */
export async function openCertificateAuthority(
  directory: string,
  names: LanNames,
  nowMs: number,
): Promise<CertificateAuthority> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const kept = await readAuthority(directory);
  const { certificate, key } = kept ?? (await createAuthority(directory, names, nowMs));
  if (certificate.notAfter.getTime() <= nowMs + LEAF_LIFE_MS) {
    throw new AuthorityUnusable(
      `The certificate authority in ${directory} ends on ${certificate.notAfter.toDateString()}. ` +
        'Remove that directory to make a new one; each device must then trust the new one.',
    );
  }
  const der = new Uint8Array(certificate.rawData);
  const digest = new Uint8Array(await webcrypto.subtle.digest('SHA-256', der));
  return {
    certificate: certificate.toString('pem'),
    certificateDer: der,
    fingerprint: Buffer.from(digest).toString('hex').toUpperCase().match(/../g)!.join(':'),
    issue: (leafNames, atMs) => issueLeaf(certificate, key, leafNames, atMs),
  };
}

interface AuthorityPair {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

async function readAuthority(directory: string): Promise<AuthorityPair | undefined> {
  const [certificate, key] = await Promise.all([
    readIfThere(join(directory, 'ca.crt')),
    readIfThere(join(directory, 'ca.key')),
  ]);
  if (certificate === undefined && key === undefined) return undefined;
  try {
    if (certificate === undefined || key === undefined)
      throw new Error('one of ca.crt and ca.key is missing');
    const parsed = new x509.X509Certificate(certificate);
    const pkcs8 = x509.PemConverter.decodeFirst(key);
    return {
      certificate: parsed,
      key: await webcrypto.subtle.importKey('pkcs8', pkcs8, KEY_ALGORITHM, false, ['sign']),
    };
  } catch (cause) {
    throw new AuthorityUnusable(
      `The certificate authority in ${directory} cannot be read (${(cause as Error).message}). ` +
        'Restore it from a backup, or remove that directory to make a new one.',
      { cause },
    );
  }
}

async function createAuthority(directory: string, names: LanNames, nowMs: number): Promise<AuthorityPair> {
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`Fieldfare on ${names.dns[1] ?? 'localhost'}`] }],
    notBefore: new Date(nowMs - BACKDATED_MS),
    notAfter: new Date(nowMs + AUTHORITY_LIFE_MS),
    signingAlgorithm: KEY_ALGORITHM,
    keys: keys as CryptoKeyPair,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
      nameConstraints(names),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(join(directory, 'ca.key'), x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), {
    mode: 0o600,
    flag: 'wx',
  });
  await writeFile(join(directory, 'ca.crt'), certificate.toString('pem'), { mode: 0o644, flag: 'wx' });
  return { certificate, key: keys.privateKey };
}

/**
 * Attack: a thief of the authority's key reads the web traffic of every device that trusts it. With these constraints
 * (RFC 5280 section 4.2.1.10) the key vouches for private addresses and local names alone.
 */
function nameConstraints(names: LanNames): x509.Extension {
  const privateRanges = [
    ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
    ...['::1/128', 'fc00::/7', 'fe80::/10'],
  ];
  // A LAN may use addresses of other ranges: those that this machine has now are allowed one by one.
  const own = names.addresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`);
  const permittedSubtrees = new GeneralSubtrees([
    ...[...privateRanges, ...own].map(
      (iPAddress) => new GeneralSubtree({ base: new GeneralName({ iPAddress }) }),
    ),
    ...[...new Set([...names.dns, 'local', 'home.arpa', 'internal'])].map(
      (dNSName) => new GeneralSubtree({ base: new GeneralName({ dNSName }) }),
    ),
  ]);
  const value = AsnConvert.serialize(new NameConstraints({ permittedSubtrees }));
  return new x509.Extension(id_ce_nameConstraints, true, value);
}

async function issueLeaf(
  authority: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
  names: LanNames,
  nowMs: number,
): Promise<IssuedLeaf> {
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const notAfterMs = nowMs + LEAF_LIFE_MS;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: ['Fieldfare'] }],
    issuer: authority.subject,
    notBefore: new Date(nowMs - BACKDATED_MS),
    notAfter: new Date(notAfterMs),
    signingAlgorithm: KEY_ALGORITHM,
    publicKey: keys.publicKey as CryptoKey,
    signingKey: signingKey as CryptoKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...names.dns.map((value) => ({ type: 'dns' as const, value })),
        ...names.addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: certificate.toString('pem'),
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    notAfterMs,
  };
}

/** RFC 5280 section 4.1.2.2: positive, at most 20 octets. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
