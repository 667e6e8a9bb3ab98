#!/usr/bin/env node
import { pathToFileURL } from 'node:url';
import { built } from './built.mjs';

// A simulation is all CPU.
await import(pathToFileURL(await built('sim/main.ts', 'sim')).href);
