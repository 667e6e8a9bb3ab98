import { useEffect, useState } from 'react';
import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { FilesHere, PlannedStep } from '../../../store/commands/rollouts.ts';
import { useCommands } from '../FleetContext.tsx';
import { messageOf } from '../frame/notify.ts';

/** Files that must be here before their releases can be published again. */
export type FilesState =
  | { readonly type: 'checking' }
  | { readonly type: 'here' }
  | {
      readonly type: 'missing';
      readonly of: readonly ({ readonly release: ReleaseId } & FilesHere)[];
      /** The one that is on its way. */
      readonly fetching: ReleaseId | undefined;
    }
  | { readonly type: 'refused'; readonly problem: string };

/** Looks whether this browser holds what the steps publish again; `fetch` resolves when it does. */
export function useFiles(steps: readonly PlannedStep[]): [FilesState, () => Promise<void>] {
  const commands = useCommands();
  const [state, setState] = useState<FilesState>({ type: 'checking' });
  const needed = steps.filter(({ course }) => course?.type === 'publish-again');
  const releases = [...new Set(needed.map(({ release }) => release))];
  const key = releases.join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says which releases these are
  useEffect(() => {
    let gone = false;
    setState({ type: 'checking' });
    Promise.all(
      releases.map(async (release) => ({ release, ...(await commands.releases.filesHere(release)) })),
    ).then(
      (all) => {
        const of = all.filter(({ missingFiles }) => missingFiles > 0);
        if (!gone)
          setState(of.length === 0 ? { type: 'here' } : { type: 'missing', of, fetching: undefined });
      },
      (error: unknown) => {
        if (!gone) setState({ type: 'refused', problem: messageOf(error) });
      },
    );
    return () => {
      gone = true;
    };
  }, [key, commands]);

  const fetch = async () => {
    if (state.type !== 'missing') return;
    const { of } = state;
    try {
      for (const { release } of of) {
        setState({ type: 'missing', of, fetching: release });
        await commands.releases.fetchFiles(release);
      }
      setState({ type: 'here' });
    } catch (error) {
      setState({ type: 'missing', of, fetching: undefined });
      throw error;
    }
  };
  return [state, fetch];
}
