import { basename, dirname, sep } from 'node:path';
import type { FailingDisk, Unflushed } from '../../../ports/acceptance/failing-disk.ts';
import type { Disk, DiskFile } from '../disk.ts';

interface File {
  bytes: Uint8Array;
  /** As a power cut leaves them for certain. */
  flushed: Uint8Array;
}

interface Folder {
  names: Map<string, File | Folder>;
  flushed: Map<string, File | Folder>;
}

export interface SimulatedDisk extends FailingDisk {
  readonly disk: Disk;
  /** Bytes of a file now. */
  bytesOf(path: string): Uint8Array;
  /** Writes past everything, as a disk does that rots. */
  overwrite(path: string, bytes: Uint8Array): void;
  /** Refuses second names, as FAT does. */
  refuseLinks(): void;
}

const NO_BYTES = new Uint8Array(0);
const REASONS = ['ENOSPC', 'EIO', 'EFBIG'] as const;

/** A disk in memory that knows which bytes and names were flushed, after the simulations of FoundationDB and TigerBeetle. */
export function createSimulatedDisk(): SimulatedDisk {
  const root: Folder = { names: new Map(), flushed: new Map() };
  /** Handles of before a power cut are dead. */
  let era = 0;
  let left: number | undefined;
  let refusalsLeft = 0;
  let failed = false;
  let most = Number.POSITIVE_INFINITY;
  let linksRefused = false;
  let cutsRefused = false;
  let reasons = 0;

  const refuse = (): never => {
    failed = true;
    refusalsLeft -= 1;
    if (refusalsLeft === 0) left = undefined;
    throw refusal(REASONS[reasons++ % REASONS.length]!);
  };
  const step = () => {
    if (left === undefined) return;
    if (left === 0) refuse();
    left -= 1;
  };

  const folderAt = (path: string): Folder => {
    const found = find(root, path);
    if (found === undefined) throw refusal('ENOENT');
    if (!isFolder(found)) throw refusal('ENOTDIR');
    return found;
  };
  const above = (path: string) => folderAt(dirname(path)).names;

  const openFile = (file: File): DiskFile => {
    const openedIn = era;
    const alive = () => {
      if (openedIn !== era) throw refusal('EBADF');
      step();
    };
    return {
      sizeBytes: async () => {
        alive();
        return file.bytes.length;
      },
      read: async (into, start) => {
        alive();
        const bytes = file.bytes.subarray(start, start + into.length);
        into.set(bytes);
        return bytes.length;
      },
      write: async (bytes) => {
        if (openedIn !== era) throw refusal('EBADF');
        let taken = Math.min(bytes.length, most);
        if (left !== undefined) {
          if (left === 0) refuse();
          taken = Math.min(taken, left);
          left -= taken;
        }
        const longer = new Uint8Array(file.bytes.length + taken);
        longer.set(file.bytes);
        longer.set(bytes.subarray(0, taken), file.bytes.length);
        file.bytes = longer;
        return taken;
      },
      truncate: async (sizeBytes) => {
        alive();
        if (cutsRefused) throw refusal('EIO');
        const cut = new Uint8Array(sizeBytes);
        cut.set(file.bytes.subarray(0, sizeBytes));
        file.bytes = cut;
      },
      flush: async () => {
        alive();
        file.flushed = file.bytes.slice();
      },
      close: async () => {},
    };
  };

  const disk: Disk = {
    makeFolder: async (path) => {
      step();
      let outermost: string | undefined;
      let folder = root;
      const names = namesOf(path);
      for (const [depth, name] of names.entries()) {
        let next = folder.names.get(name);
        if (next === undefined) {
          next = { names: new Map(), flushed: new Map() };
          folder.names.set(name, next);
          outermost ??= sep + names.slice(0, depth + 1).join(sep);
        }
        if (!isFolder(next)) throw refusal('ENOTDIR');
        folder = next;
      }
      return outermost;
    },
    names: async (path) => {
      step();
      return [...folderAt(path).names.keys()];
    },
    isThere: async (path) => {
      step();
      return find(root, path) !== undefined;
    },
    open: async (path, to) => {
      step();
      let file = find(root, path);
      if (file === undefined) {
        if (to === 'read') throw refusal('ENOENT');
        file = { bytes: NO_BYTES, flushed: NO_BYTES };
        above(path).set(basename(path), file);
      }
      if (isFolder(file)) throw refusal('EISDIR');
      if (to === 'replace') file.bytes = NO_BYTES;
      return openFile(file);
    },
    link: async (existing, path) => {
      step();
      if (linksRefused) throw refusal('EPERM');
      const file = find(root, existing);
      if (file === undefined) throw refusal('ENOENT');
      if (above(path).has(basename(path))) throw refusal('EEXIST');
      above(path).set(basename(path), file);
    },
    rename: async (from, to) => {
      step();
      const moved = find(root, from);
      if (moved === undefined) throw refusal('ENOENT');
      above(to).set(basename(to), moved);
      above(from).delete(basename(from));
    },
    remove: async (path) => {
      step();
      if (find(root, path) !== undefined) above(path).delete(basename(path));
    },
    flushFolder: async (path) => {
      step();
      const folder = folderAt(path);
      folder.flushed = new Map(folder.names);
    },
    room: async () => {
      step();
      return { usedBytes: sizeOf(root), quotaBytes: 1e9 };
    },
  };

  const fileAt = (path: string): File => {
    const file = find(root, path);
    if (file === undefined || isFolder(file)) throw refusal('ENOENT');
    return file;
  };
  const heal = () => {
    left = undefined;
    cutsRefused = false;
  };

  return {
    disk,
    failAfter: (steps, refusals) => {
      left = steps;
      refusalsLeft = refusals;
      failed = false;
    },
    hasFailed: () => failed,
    refuseToCut: () => {
      cutsRefused = true;
    },
    heal,
    writeAtMost: (bytes) => {
      most = bytes;
    },
    cutPower: (unflushed) => {
      era += 1;
      leave(root, unflushed);
      heal();
    },
    usedBytes: () => sizeOf(root),
    bytesOf: (path) => fileAt(path).bytes.slice(),
    overwrite: (path, bytes) => {
      const file = fileAt(path);
      file.bytes = bytes;
      file.flushed = bytes;
    },
    refuseLinks: () => {
      linksRefused = true;
    },
  };
}

/** Makes the tree what is found after a power cut. */
function leave(folder: Folder, unflushed: Unflushed): void {
  if (unflushed === 'lost') folder.names = new Map(folder.flushed);
  else folder.flushed = new Map(folder.names);
  for (const node of folder.names.values()) {
    if (isFolder(node)) {
      leave(node, unflushed);
      continue;
    }
    if (unflushed === 'lost') node.bytes = node.flushed;
    if (unflushed === 'names without bytes') {
      const bytes = new Uint8Array(node.bytes.length);
      bytes.set(node.flushed.subarray(0, bytes.length));
      node.bytes = bytes;
    }
    node.flushed = node.bytes;
  }
}

function find(root: Folder, path: string): File | Folder | undefined {
  let node: File | Folder | undefined = root;
  for (const name of namesOf(path)) {
    if (node === undefined || !isFolder(node)) return undefined;
    node = node.names.get(name);
  }
  return node;
}

function namesOf(path: string): readonly string[] {
  return path.split(sep).filter((name) => name !== '');
}

function isFolder(node: File | Folder): node is Folder {
  return 'names' in node;
}

function sizeOf(node: File | Folder): number {
  return isFolder(node)
    ? [...node.names.values()].reduce((sum, one) => sum + sizeOf(one), 0)
    : node.bytes.length;
}

function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: as the test asked for`), { code });
}
