import { createServer } from 'node:http';
import { BEARS_COOKIES } from '../signaling/sent-cookies.ts';
import { type CertificateAuthority, openCertificateAuthority } from './certificate-authority.ts';
import { type LanNames, lanNames } from './lan-names.ts';
import { listen } from './listen.ts';
import { createSiteServer, type SiteServer, type SiteServerOptions } from './site-server.ts';
import { createTrustPage } from './trust-page.ts';

/** A guess: a laptop that changes networks is served again within it; an interface list costs microseconds. */
const LOOK_AT_ADDRESSES_EVERY_MS = 30_000;
/** A guess: a month to notice that renewing fails. */
const RENEW_BEFORE_END_MS = 30 * 24 * 60 * 60 * 1000;

export interface LanSite {
  readonly site: SiteServer;
  readonly authority: CertificateAuthority;
  readonly trustPort: number;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface LanSiteOptions extends Omit<SiteServerOptions, 'tls'> {
  /** Where the certificate authority is kept. */
  readonly authorityDirectory: string;
  /** Called when the certificate was renewed, with the names that it now covers. */
  readonly onRenewed: (names: LanNames) => void;
}

/** The site over HTTPS with a private authority, and its trust page over HTTP on the port after the app origin's. */
export async function createLanSite(options: LanSiteOptions): Promise<LanSite> {
  let names = lanNames();
  const authority = await openCertificateAuthority(options.authorityDirectory, names, Date.now());
  let leaf = await authority.issue(names, Date.now());
  const site = await createSiteServer({ ...options, tls: leaf });

  const trustServer = createServer(BEARS_COOKIES, createTrustPage(authority, site.port));
  let trustPort: number;
  try {
    trustPort = await listen(trustServer, options.port === 0 ? 0 : site.port + 2, options.host);
  } catch (error) {
    await site.close();
    throw error;
  }

  const renewing = setInterval(async () => {
    const current = lanNames();
    const moved = JSON.stringify(current) !== JSON.stringify(names);
    if (!moved && Date.now() < leaf.notAfterMs - RENEW_BEFORE_END_MS) return;
    leaf = await authority.issue(current, Date.now());
    names = current;
    site.renew(leaf);
    options.onRenewed(current);
  }, LOOK_AT_ADDRESSES_EVERY_MS);

  let closing: Promise<void> | undefined;
  return {
    site,
    authority,
    trustPort,
    close() {
      clearInterval(renewing);
      closing ??= (async () => {
        const trustClosed = new Promise<void>((resolve) => trustServer.close(() => resolve()));
        trustServer.closeAllConnections();
        await Promise.all([site.close(), trustClosed]);
      })();
      return closing;
    },
  };
}
