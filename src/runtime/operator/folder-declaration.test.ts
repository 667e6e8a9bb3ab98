import { describe, expect, test } from 'vitest';
import { readPermissions } from '../../core/wire/entry/permissions.ts';
import { readFolderDeclaration } from './folder-declaration.ts';
import type { SourceFile } from './source-file.ts';

const read = (content: string | Uint8Array<ArrayBuffer>) => {
  const blob = new Blob([content]);
  const file: SourceFile = { path: 'fieldfare.json', sizeBytes: blob.size, read: async () => blob };
  return readFolderDeclaration([file]);
};
const asks = (permissions: unknown) => read(JSON.stringify({ permissions }));

describe('what a folder asks for (E1)', () => {
  test('stands in its fieldfare.json, in any order, and is signed in the one order', async () => {
    const { permissions, problems } = await asks({
      reach: ['wss://live.example.com', 'https://api.example.com'],
      popups: ['https://pay.example.com'],
      print: true,
      camera: true,
      usb: false,
    });
    expect(problems).toEqual([]);
    expect(permissions).toEqual({
      reach: ['https://api.example.com', 'wss://live.example.com'],
      popups: ['https://pay.example.com'],
      powers: ['camera', 'print'],
    });
  });

  test('is undefined without the file, or where that says nothing of it; an empty one asks for nothing', async () => {
    expect(await readFolderDeclaration([])).toEqual({ permissions: undefined, problems: [] });
    expect(await read('{"other": 1}')).toEqual({ permissions: undefined, problems: [] });
    expect(await read('\ufeff{"permissions": {}}')).toEqual({
      permissions: { reach: [], popups: [], powers: [] },
      problems: [],
    });
  });

  test.each<[string, unknown, string]>([
    ['a name that is none', { geolocaton: true }, 'there is no permission "geolocaton"'],
    ['a name in capitals', { Camera: true }, 'there is no permission'],
    ['a power with a word', { camera: 'yes' }, 'neither true nor false'],
    ['an address with a path', { reach: ['https://api.example.com/v1'] }, 'leave path'],
    ['plain http', { reach: ['http://api.example.com'] }, 'https:// or wss://'],
    ['an address twice', { reach: ['https://a.example', 'https://a.example'] }, 'twice'],
    ['one address, and no list', { reach: 'https://a.example' }, 'not a list'],
    ['too many', { reach: Array.from({ length: 33 }, (_, at) => `https://a${at}.example`) }, 'at most 32'],
    ['a socket as a popup', { popups: ['wss://a.example'] }, 'https://'],
    ['no object', ['camera'], 'not an object'],
    ['a name of every object', { constructor: true }, 'there is no permission'],
  ])('is a problem of the folder with %s, in a sentence that says where', async (_, permissions, words) => {
    const { problems } = await asks(permissions);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('In fieldfare.json: ');
    expect(problems[0]).toContain(words);
  });

  test('is a problem where the file is no JSON, no object, or too large', async () => {
    for (const content of ['{"permissions": ', '[]', 'null', new Uint8Array(65 * 1024)])
      expect((await read(content)).problems).toHaveLength(1);
  });

  test('is never what a device could not read', async () => {
    const { permissions } = await asks({ reach: ['https://b.example', 'https://a.example'], camera: true });
    const { reach, popups, powers } = permissions!;
    expect(readPermissions({ reach, ...(popups.length > 0 && { popups }), camera: true })).toMatchObject({
      reach,
      powers,
      unreadable: false,
    });
  });
});
