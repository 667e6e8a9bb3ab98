import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { defineCommand, runMain } from 'citty';
import { createNobleKeys } from '../src/adapters/noble/keys.ts';
import { ICE_ARGUMENTS, InvalidIceOption, readIceOptions } from './ice-options.ts';
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
    const signaling = createSignalingServer({
      issueIce: (member) => issueIce(ice, member, Date.now()),
      keys: createNobleKeys({ randomness: { bytes: (count) => new Uint8Array(randomBytes(count)) } }),
    });
    const server = createServer((_request, response) => {
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
    server.listen(port, args.host, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      console.log(`Signaling on ws://${args.host}:${taken}`);
    });
    const stop = () => {
      server.close();
      void signaling.close();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  },
});

await runMain(command);
