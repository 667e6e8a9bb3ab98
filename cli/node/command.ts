import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { defineCommand } from 'citty';
import { decodeJoinLink } from '../../src/core/wire/contact/join-link.ts';
import { WireError } from '../../src/core/wire/encoding/refusal.ts';
import { StorageRefused } from '../../src/ports/content.ts';
import { openSeederSession } from '../../src/session/seeder-session.ts';
import { onStopSignal } from '../stop-signals.ts';
import { FolderInUse, lockFolder } from './folder-lock.ts';
import { createNodePorts } from './node-ports.ts';
import { statusLine } from './status-line.ts';

/** A guess: often enough to follow a fetch, seldom enough for a log file. */
const STATUS_PAUSE_MS = 1_000;

export const node = defineCommand({
  meta: {
    name: 'node',
    description:
      'Run a node without a browser: it keeps the ledger and seeds what the devices of the fleet are wished to run.',
  },
  args: {
    join: {
      type: 'string',
      valueHint: 'LINK',
      description: 'A join link of the dashboard; needed the first time only',
    },
    data: {
      type: 'string',
      default: '.fieldfare/node',
      valueHint: 'DIRECTORY',
      description: 'Where key, ledger and releases are kept; one node a directory',
    },
    preset: {
      type: 'enum',
      options: ['wan', 'lan'],
      default: 'wan',
      description: 'What the node is set to; lan, where all of the fleet is on one network',
    },
    find: {
      type: 'boolean',
      default: false,
      description: 'List the servers that announce themselves on this network, and stop',
    },
    name: { type: 'string', default: hostname(), description: 'What an invitation calls this node' },
  },
  async run({ args }) {
    if (args.find) return (await import('./find.ts')).printServers();
    try {
      const link = args.join === undefined ? undefined : decodeJoinLink(args.join);
      const folder = resolve(args.data);
      const lock = await lockFolder(folder);
      const ports = await createNodePorts(folder);
      const session = await openSeederSession(ports, { link, name: args.name }, args.preset);
      let shown = '';
      const show = () => {
        const line = statusLine(session.state());
        if (line !== shown) console.log(line);
        shown = line;
      };
      session.subscribe((trouble) => {
        if (trouble !== undefined) console.error(trouble);
      });
      const timer = setInterval(show, STATUS_PAUSE_MS);
      onStopSignal(async () => {
        clearInterval(timer);
        await session.close();
        await lock.release();
      });
      console.log(`Keeps everything in ${folder}. Ctrl-C stops it.`);
      show();
    } catch (error) {
      const fitToShow =
        error instanceof WireError || error instanceof StorageRefused || error instanceof FolderInUse;
      if (!fitToShow) throw error;
      console.error(error.message);
      process.exit(1);
    }
  },
});
