import { WireError } from '../core/wire/encoding/refusal.ts';
import { StorageRefused } from '../ports/content.ts';
import { PairingFailed } from '../runtime/joining/pairing.ts';
import { FolderChanged } from '../runtime/operator/source-file.ts';
import { BundleFailed } from '../runtime/releases/bundles.ts';
import { CommandRefused, FolderStale } from '../store/commands.ts';

const REFUSALS = [WireError, StorageRefused, PairingFailed, BundleFailed];

/** Turns what people can mend into the error that pages show; defects pass through. */
export function refusing<Args extends readonly unknown[], Result>(
  command: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await command(...args);
    } catch (error) {
      if (error instanceof FolderChanged) throw new FolderStale(error.message);
      if (REFUSALS.some((refusal) => error instanceof refusal))
        throw new CommandRefused((error as Error).message);
      throw error;
    }
  };
}
