import type { KeptPlace } from '../../ports/kept-place.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { openFolder, readIfThere, replaceFile } from './folder.ts';

/** Texts as files of a folder, one each. */
export async function createFileKeptPlace(root: string, disk: Disk = nodeDisk): Promise<KeptPlace> {
  const folder = await openFolder(disk, root);
  // The prefix makes ".." a name like any other.
  const at = (name: string) => folder.path(`kept-${encodeURIComponent(name)}`);
  return {
    get: (name) =>
      folder.run('reading what is kept', async () => {
        const bytes = await readIfThere(disk, at(name));
        return bytes && Buffer.from(bytes).toString('utf8');
      }),
    // In turn: two at once would write one file beside the place.
    put: (name, text) =>
      folder.inTurn('keeping a mark', () => replaceFile(disk, at(name), Buffer.from(text))),
  };
}
