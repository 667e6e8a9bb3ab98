import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { InvalidOption } from './invalid-option.ts';

export interface DemoOptions {
  /** End when the last release has arrived, instead of staying up until Ctrl-C. */
  readonly once: boolean;
  /** Where the figures go, absolute. */
  readonly jsonFile: string | undefined;
  readonly deviceCount: number;
  /** Published in turn; empty for the two that the demo brings. */
  readonly releaseFolders: readonly string[];
}

const DEFAULT_DEVICES = 3;
/** A guess: each device is a browser, and beyond this many a small machine does nothing but start them. */
const MAX_DEVICES = 20;

/** For the help; `parseDemoOptions` reads the options, for it keeps an option that is given again. */
export const DEMO_ARGUMENTS = {
  devices: {
    type: 'string',
    default: String(DEFAULT_DEVICES),
    valueHint: 'N',
    description: `Kiosks to start, 1 to ${MAX_DEVICES}; each is a headless Chromium`,
  },
  release: {
    type: 'string',
    valueHint: 'FOLDER',
    description:
      'A built web app with index.html at its top; may be given again: published in turn (default: two versions of Swagger UI)',
  },
  once: {
    type: 'boolean',
    default: false,
    description: 'End when the last release has arrived; fails unless every device runs it',
  },
  json: {
    type: 'string',
    valueHint: 'FILE',
    description: 'Write the figures there, as JSON',
  },
} satisfies ArgsDef;

/** @throws InvalidOption */
export function parseDemoOptions(rawArgs: readonly string[]): DemoOptions {
  const { devices, release, once, json } = readArguments(rawArgs);
  const deviceCount = Number(devices);
  if (!/^\d+$/.test(devices) || deviceCount < 1 || deviceCount > MAX_DEVICES)
    throw new InvalidOption(`--devices takes a whole number from 1 to ${MAX_DEVICES}, not "${devices}".`);
  return {
    once,
    jsonFile: json === undefined ? undefined : checkJsonFile(json),
    deviceCount,
    releaseFolders: release,
  };
}

function readArguments(rawArgs: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...rawArgs],
      options: {
        devices: { type: 'string', default: String(DEFAULT_DEVICES) },
        release: { type: 'string', multiple: true, default: [] as string[] },
        once: { type: 'boolean', default: false },
        json: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    const refused = error instanceof TypeError && 'code' in error;
    if (refused && String(error.code).startsWith('ERR_PARSE_ARGS'))
      throw new InvalidOption(
        `${error.message.split('\n')[0]?.replace(/\.?$/, '.')} \`--help\` names the options.`,
      );
    throw error;
  }
}

/** A demo takes a while: what would only fail at its end is looked at before it begins. */
function checkJsonFile(file: string): string {
  const path = resolve(file);
  if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory())
    throw new InvalidOption(`--json cannot write "${file}": there is no folder ${dirname(path)}.`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InvalidOption(`--json takes a file, and "${file}" is a folder.`);
  return path;
}
