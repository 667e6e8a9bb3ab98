import { Button } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { WayBack, WayBackFrom } from '../../../store/commands/rollouts.ts';
import type { ReleaseRow } from '../../../store/model.ts';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { goBackLabel } from './plan-words.ts';

const GoBackDialog = lazy(() => import('./GoBackDialog.tsx'));

/** Opens the way back of a rollout or a device; nothing where there is none. */
export function GoBackButton(props: {
  readonly from: Extract<WayBackFrom, { type: 'rollout' | 'device' }>;
  /** What devices go back from: "menu 2.0.0", "Till 2". */
  readonly name: string;
}) {
  const { from } = props;
  const commands = useCommands();
  const releases = useFleet((model) => model.releases);
  const revision = useFleet((model) => model.ledgerRevision);
  const key = from.type === 'rollout' ? from.rollout : from.device;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is all of `from`
  const wayTo = useMemo(
    () => (to: ReleaseId | undefined) => commands.rollouts.wayBack(from, to),
    [commands, from.type, key],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way changes with the ledger
  const way = useMemo(() => wayTo(undefined), [wayTo, revision]);
  const targets = targetsOf(way, releases);
  const only =
    way.origins.filter(({ release }) => release !== undefined).length === 1 ? targets[0] : undefined;
  if (way.steps.length === 0) return null;
  return (
    <OpensDialog
      label={goBackLabel(only, way.now, releases)}
      title={`Go back from ${props.name}`}
      wayTo={wayTo}
      confirm="Go back"
      targets={targets}
    />
  );
}

/** A button and its dialog, which is loaded when it is first opened. */
export function OpensDialog(props: {
  readonly label: string;
  readonly title: string;
  readonly confirm: string;
  readonly wayTo: (to: ReleaseId | undefined) => WayBack;
  readonly targets: readonly ReleaseRow[];
}) {
  const { label, ...dialog } = props;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Suspense fallback={null}>
        {open ? <GoBackDialog {...dialog} onClose={() => setOpen(false)} /> : null}
      </Suspense>
    </>
  );
}

/** What the devices were to run before, the most frequent first, then other releases of these products, each set of files once. */
function targetsOf({ now, origins }: WayBack, releases: readonly ReleaseRow[]): readonly ReleaseRow[] {
  const before = origins.flatMap(({ release }) => releases.filter(({ id }) => id === release));
  const products = new Set(before.map(({ product }) => product));
  const seen = new Set(releases.filter(({ id }) => now.includes(id)).map(({ bundle }) => bundle));
  return [...before, ...releases.filter(({ product }) => products.has(product))].filter(({ bundle }) => {
    const isNew = !seen.has(bundle);
    seen.add(bundle);
    return isNew;
  });
}
