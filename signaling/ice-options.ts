import { readFileSync } from 'node:fs';
import { isStunUrl, isTurnUrl, MAX_ICE_SERVERS } from '../src/core/wire/contact/ice-server.ts';
import type { IceConfiguration } from './turn-credentials.ts';

/** What an option is given that cannot be; the message is for the person at the command line. */
export class InvalidIceOption extends Error {
  override readonly name = 'InvalidIceOption';
}

/** For citty: shown by --help. Options that are given again are read by readIceOptions, as the parser keeps the last only. */
export const ICE_ARGUMENTS = {
  stun: {
    type: 'string',
    valueHint: 'URL',
    description: 'A STUN server that nodes are lent, as stun:HOST[:PORT]; may be given again',
  },
  turn: {
    type: 'string',
    valueHint: 'URL',
    description:
      'A TURN server that nodes are lent, as turn:HOST[:PORT][?transport=tcp]; may be given again, needs --turn-secret-file',
  },
  'turn-secret-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'A file with the static-auth-secret of the TURN servers (coturn: use-auth-secret)',
  },
} as const;

/** @throws InvalidIceOption */
export function readIceOptions(rawArgs: readonly string[]): IceConfiguration {
  const stunUrls = valuesOf(rawArgs, '--stun');
  const turnUrls = valuesOf(rawArgs, '--turn');
  const secretFile = valuesOf(rawArgs, '--turn-secret-file').at(-1);
  for (const url of stunUrls)
    if (!isStunUrl(url))
      throw new InvalidIceOption(`--stun takes stun:HOST or stun:HOST:PORT, not "${url}".`);
  for (const url of turnUrls)
    if (!isTurnUrl(url))
      throw new InvalidIceOption(
        `--turn takes turn:HOST or turn:HOST:PORT, with ?transport=tcp for TCP, not "${url}".`,
      );
  if (stunUrls.length + turnUrls.length > MAX_ICE_SERVERS)
    throw new InvalidIceOption(`At most ${MAX_ICE_SERVERS} STUN and TURN servers may be named.`);
  if (turnUrls.length > 0 && secretFile === undefined)
    throw new InvalidIceOption(
      '--turn needs --turn-secret-file: nodes get passwords that are made from the secret of the TURN server.',
    );
  return { stunUrls, turnUrls, turnSecret: secretFile === undefined ? undefined : readSecret(secretFile) };
}

/** Every value of an option that may be given again. */
export function valuesOf(rawArgs: readonly string[], option: string): string[] {
  return rawArgs.flatMap((argument, index) => {
    if (argument === option) return [rawArgs[index + 1] ?? ''];
    return argument.startsWith(`${option}=`) ? [argument.slice(option.length + 1)] : [];
  });
}

function readSecret(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new InvalidIceOption(`--turn-secret-file: ${file} cannot be read: ${(error as Error).message}`);
  }
  if (text === '') throw new InvalidIceOption(`--turn-secret-file: ${file} is empty.`);
  return text;
}
