import type { KeptPlace } from '../../ports/kept-place.ts';
import { openFolder, readIfThere, replaceFile } from './folder.ts';

/** Texts as files of a folder, one each. */
export async function createFileKeptPlace(root: string): Promise<KeptPlace> {
  const folder = await openFolder(root);
  // The prefix makes ".." a name like any other.
  const at = (name: string) => folder.path(`kept-${encodeURIComponent(name)}`);
  return {
    get: (name) =>
      folder.run('reading what is kept', async () => (await readIfThere(at(name)))?.toString('utf8')),
    put: (name, text) => folder.run('keeping a mark', () => replaceFile(at(name), Buffer.from(text))),
  };
}
