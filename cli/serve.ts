import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineCommand } from 'citty';
import { renderUnicodeCompact } from 'uqr';
import { findServers } from '../signaling/discovery/find.ts';
import { hostLabel } from '../signaling/discovery/host-label.ts';
import { ICE_ARGUMENTS, InvalidIceOption, readIceOptions, valuesOf } from '../signaling/ice-options.ts';
import { openJoinChecks } from '../signaling/join-checks.ts';
import { createSignalingServer, type SignalingServer } from '../signaling/server.ts';
import { type IceConfiguration, issueIce } from '../signaling/turn-credentials.ts';
import { AuthorityUnusable } from './certificate-authority.ts';
import { announcedAddresses, lanAddress, lanNames } from './lan-names.ts';
import { createLanSite } from './lan-site.ts';
import { PortUnavailable } from './listen.ts';
import { createSiteServer } from './site-server.ts';
import { onStopSignal } from './stop-signals.ts';

const DIST_DIRECTORY = fileURLToPath(new URL('../dist', import.meta.url));

export const serve = defineCommand({
  meta: {
    name: 'serve',
    description: 'Serve the dashboard and the kiosk page, with signaling for first contact.',
  },
  args: {
    port: {
      type: 'string',
      default: '4400',
      valueHint: 'PORT',
      description: 'The pages; releases get the port after it, the trust page of --lan the second after it',
    },
    host: {
      type: 'string',
      valueHint: 'ADDRESS',
      description: 'Listen on this address only (default: localhost; with --lan: all)',
    },
    signaling: {
      type: 'string',
      valueHint: 'URL',
      description:
        'A further signaling server for the pages, ws:// or wss://; may be given again. --no-signaling: do not run one here',
    },
    preset: {
      type: 'enum',
      options: ['wan', 'lan'],
      default: 'wan',
      description:
        'What nodes of these pages are set to; lan, where all of the fleet is on one network: they see sooner who went, and say more often that they are there',
    },
    ...ICE_ARGUMENTS,
    lan: {
      type: 'boolean',
      default: false,
      description: 'Serve other machines: HTTPS with a private certificate authority, on all addresses',
    },
    pages: {
      type: 'string',
      valueHint: 'DIRECTORY',
      description: 'Built pages to serve instead of those of `npm run build`',
    },
    'ca-dir': {
      type: 'string',
      default: '.fieldfare/ca',
      valueHint: 'DIRECTORY',
      description: 'Where --lan keeps its certificate authority',
    },
  },
  async run({ args, rawArgs }) {
    try {
      const port = parsePort(args.port);
      const distDirectory = args.pages ?? DIST_DIRECTORY;
      const signaling = parseSignaling(rawArgs);
      const ice = readIceOptions(rawArgs);
      if (!existsSync(join(distDirectory, 'shell/index.html'))) {
        throw new InvalidOption(
          `There are no built pages in ${distDirectory}: run \`npm run build\`, or \`npm start\`, which builds them.`,
        );
      }
      const signalingServer = rawArgs.includes('--no-signaling') ? undefined : await createSignaling(ice);
      const options = { port, distDirectory, signaling, preset: args.preset, signalingServer, findServers };
      if (args.lan) await serveLan({ ...options, host: args.host, authorityDirectory: args['ca-dir'] });
      else await serveHere({ ...options, host: args.host ?? 'localhost' });
    } catch (error) {
      const fitToShow =
        error instanceof PortUnavailable ||
        error instanceof AuthorityUnusable ||
        error instanceof InvalidIceOption ||
        error instanceof InvalidOption;
      if (!fitToShow) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
  },
});

async function createSignaling(ice: IceConfiguration): Promise<SignalingServer> {
  return createSignalingServer({
    keys: await openJoinChecks(),
    issueIce: (member) => issueIce(ice, member, Date.now()),
  });
}

class InvalidOption extends Error {
  override readonly name = 'InvalidOption';
}

type ServeOptions = Omit<Parameters<typeof createSiteServer>[0], 'tls'>;

async function serveHere(options: ServeOptions): Promise<void> {
  const site = await createSiteServer({ ...options, tls: undefined });
  onStopSignal(() => site.close());
  const url = `http://${options.host}:${site.port}`;
  console.log(`Dashboard  ${url}/`);
  console.log(`Kiosk      ${url}/kiosk.html`);
  if (options.host !== 'localhost' && options.host !== '127.0.0.1' && options.host !== '::1') {
    console.log('Browsers on other machines will not install these pages over http; use --lan for that.');
  }
  console.log('Ctrl-C stops it.');
}

async function serveLan(options: ServeOptions & { authorityDirectory: string }): Promise<void> {
  const lan = await createLanSite({
    ...options,
    onRenewed: ({ addresses }) => console.log(`Renewed the certificate, for ${addresses.join(', ')}.`),
  });
  const names = lanNames();
  const host = options.host ?? lanAddress(names) ?? 'localhost';
  const trustUrl = `http://${host}:${lan.trustPort}/`;
  // Others do without the library.
  const { announceServer } = await import('../signaling/discovery/announce.ts');
  const announcer = announceServer({
    announcement: {
      name: `fieldfare-${hostLabel()}-${lan.site.port}`,
      port: lan.site.port,
      signaling:
        options.signalingServer === undefined ? undefined : `wss://${host}:${lan.site.port}/signaling`,
      pages: {
        url: `https://${host}:${lan.site.port}/`,
        trust: trustUrl,
        authority: lan.authority.fingerprint,
      },
    },
    addresses: announcedAddresses(names),
    onTrouble: ({ message }) =>
      console.error(`Other machines may not find this server by \`fieldfare node --find\`: ${message}`),
  });
  onStopSignal(async () => {
    await announcer.close();
    await lan.close();
  });
  console.log(`Dashboard  https://${host}:${lan.site.port}/`);
  console.log(`Kiosk      https://${host}:${lan.site.port}/kiosk.html`);
  console.log(`A device opens this first, to trust the certificate authority: ${trustUrl}`);
  console.log(renderUnicodeCompact(trustUrl));
  console.log(`SHA-256 of the authority, to compare there:\n${lan.authority.fingerprint}`);
  console.log('Ctrl-C stops it.');
}

function parsePort(text: string): number {
  const port = Number(text);
  // Two ports after it are used as well.
  if (!Number.isInteger(port) || port < 0 || port > 65_533) {
    throw new InvalidOption(`--port takes a number from 0 to 65533, not "${text}".`);
  }
  return port;
}

function parseSignaling(rawArgs: readonly string[]): string[] {
  const urls = valuesOf(rawArgs, '--signaling');
  for (const url of urls) {
    if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol)) {
      throw new InvalidOption(`--signaling takes a ws:// or wss:// URL, not "${url}".`);
    }
  }
  return urls;
}
