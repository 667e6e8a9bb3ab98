import { createServer } from 'node:http';
import { isIPv4 } from 'node:net';
import { defineCommand, runMain } from 'citty';
import type { Announcer } from './discovery/announce.ts';
import { hostLabel } from './discovery/host-label.ts';
import { ICE_ARGUMENTS, InvalidIceOption, readIceOptions } from './ice-options.ts';
import { openJoinChecks } from './join-checks.ts';
import { BEARS_COOKIES, sendsTooManyCookies } from './sent-cookies.ts';
import { createSignalingServer } from './server.ts';
import { type IceConfiguration, issueIce } from './turn-credentials.ts';

const command = defineCommand({
  meta: {
    name: 'fieldfare-signaling',
    description:
      'The signaling server: introduces nodes of a fleet to each other. It holds no state worth keeping and proves nothing.',
  },
  args: {
    port: { type: 'string', default: '4402', description: 'TCP port to listen on' },
    host: {
      type: 'string',
      default: 'localhost',
      description:
        'Address to listen on; 0.0.0.0 or :: for all. Put a proxy with TLS in front that keeps the Host header',
    },
    announce: {
      type: 'string',
      valueHint: 'URL',
      description: 'Announce this address, ws:// or wss://, on the local network by multicast DNS',
    },
    ...ICE_ARGUMENTS,
  },
  async run({ args, rawArgs }) {
    const port = Number(args.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      console.error(`--port is "${args.port}"; give a number from 0 to 65535 (0 takes any free port).`);
      process.exitCode = 2;
      return;
    }
    let ice: IceConfiguration;
    try {
      ice = readIceOptions(rawArgs);
    } catch (error) {
      if (!(error instanceof InvalidIceOption)) throw error;
      console.error(error.message);
      process.exitCode = 2;
      return;
    }
    const { announce } = args;
    if (announce !== undefined && !(URL.canParse(announce) && /^wss?:$/.test(new URL(announce).protocol))) {
      console.error(`--announce is "${announce}"; give a ws:// or wss:// address of this server.`);
      process.exitCode = 2;
      return;
    }
    const signaling = createSignalingServer({
      issueIce: (member) => issueIce(ice, member, Date.now()),
      keys: await openJoinChecks(),
    });
    let announcer: Announcer | undefined;
    const server = createServer(BEARS_COOKIES, (request, response) => {
      if (sendsTooManyCookies(request)) response.setHeader('clear-site-data', '"cookies"');
      response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' });
      response.end('This is a Fieldfare signaling server; it speaks WebSocket only.\n');
    });
    server.on('upgrade', signaling.handleUpgrade);
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        console.error(
          `Port ${port} on ${args.host} is in use. Stop the program that has it, or pass --port.`,
        );
      else console.error(`The signaling server cannot listen on ${args.host}:${port}: ${error.message}`);
      process.exitCode = 1;
      void signaling.close();
    });
    server.listen(port, args.host, async () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      console.log(`Signaling on ws://${args.host}:${taken}`);
      if (announce === undefined) return;
      const { announceServer } = await import('./discovery/announce.ts');
      announcer = announceServer({
        announcement: {
          name: `fieldfare-signaling-${hostLabel()}-${taken}`,
          port: taken,
          signaling: announce,
          pages: undefined,
        },
        addresses: isIPv4(args.host) && args.host !== '0.0.0.0' ? [args.host] : [],
        ...(isIPv4(args.host) && args.host !== '0.0.0.0' && { interfaceAddress: args.host }),
        onTrouble: ({ message }) => console.error(`Other machines may not find this server: ${message}`),
      });
    });
    const stop = () => {
      void announcer?.close();
      server.close();
      void signaling.close();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  },
});

await runMain(command);
