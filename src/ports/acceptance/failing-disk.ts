import { check } from './acceptance-case.ts';

/** A disk that refuses when it is told to. A byte that is written is a step of it, and so is whatever else it is asked for. */
export interface FailingDisk {
  /** Lets the next `steps` steps pass and then refuses `refusals` steps, or fewer if it is healed before. */
  failAfter(steps: number, refusals: number): void;
  /** Whether a step was refused since then. */
  hasFailed(): boolean;
  /** Refuses to cut files, until it is healed. */
  refuseToCut(): void;
  heal(): void;
  /** A write takes this many bytes at most and says so. */
  writeAtMost(bytes: number): void;
  /** Ends every file that is open and leaves on the disk what a power cut may leave; then as `heal`. */
  cutPower(unflushed: Unflushed): void;
  /** Of all files together. */
  usedBytes(): number;
}

/**
 * What becomes of what was not flushed. Names outlive bytes where a journal has the folders alone: the file is there, of the right
 * size, and has zeros in it (as ext4 did with delayed allocation).
 */
export const UNFLUSHED = ['kept', 'lost', 'names without bytes'] as const;
export type Unflushed = (typeof UNFLUSHED)[number];

/** As many refusals as there are steps. */
export const UNTIL_HEALED = Number.POSITIVE_INFINITY;

/** A store of one kind on a disk of its own. */
export interface StoreOnDisk<Store> {
  readonly disk: FailingDisk;
  /** Opens the store on what the disk has. */
  open(): Promise<Store>;
}

/** Runs a story on a fresh disk for every step at which that can fail: from the first on, until the story ends without a refusal. */
export async function atEveryStep<Store>(
  create: () => StoreOnDisk<Store>,
  story: (scene: StoreOnDisk<Store>, fail: (refusals: number) => void) => Promise<void>,
): Promise<void> {
  for (let steps = 0; ; steps++) {
    const scene = create();
    try {
      await story(scene, (refusals) => scene.disk.failAfter(steps, refusals));
    } catch (error) {
      throw new Error(`with the disk failing after ${steps} steps: ${String(error)}`, { cause: error });
    }
    if (!scene.disk.hasFailed()) return check(steps > 0, 'the disk to fail at least once');
  }
}

/** Whether it succeeded; passes the error on unless it is the StorageRefused with words to show that a store gives for a disk. */
export async function isKept(action: Promise<unknown>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    check(error instanceof Error, 'an error');
    if (error.name !== 'StorageRefused' || error.message === '') throw error;
    return false;
  }
}
