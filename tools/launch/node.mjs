#!/usr/bin/env node
import { pathToFileURL } from 'node:url';
import { built } from './built.mjs';

process.argv.splice(2, 0, 'node');
await import(pathToFileURL(await built('cli/main.ts', 'cli')).href);
