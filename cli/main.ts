#!/usr/bin/env -S npx tsx
import { defineCommand, runMain } from 'citty';

const main = defineCommand({
  meta: { name: 'fieldfare', description: 'Updates for fleets of kiosks that travel from peer to peer.' },
  subCommands: {
    node: () => import('./node/command.ts').then(({ node }) => node),
    serve: () => import('./serve.ts').then(({ serve }) => serve),
  },
});

await runMain(main);
