import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { PlannedStep } from '../../../store/commands/rollouts.ts';
import type { ReleaseRow } from '../../../store/model.ts';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { OpensDialog } from './GoBackButton.tsx';
import { sentenceOf } from './plan-words.ts';

/** How this release comes to the devices that follow its product; undefined while devices take it as it is. */
function useStepBack(release: ReleaseRow): PlannedStep | undefined {
  const commands = useCommands();
  const revision = useFleet((model) => model.ledgerRevision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way changes with the ledger
  return useMemo(() => {
    const { steps } = commands.rollouts.wayBack({ type: 'product-of', release: release.id }, release.id);
    const [first] = steps;
    if (first === undefined || first.course === undefined) return undefined;
    if (first.course.type === 'roll-out' && first.course.release === release.id) return undefined;
    return { ...first, devices: steps.flatMap(({ devices }) => devices) };
  }, [commands, release.id, revision]);
}

/** The button of a release: a plain rollout, or going back where devices would refuse one. */
export function RollOutAction(props: { readonly release: ReleaseRow }) {
  const { release } = props;
  const commands = useCommands();
  const back = useStepBack(release);
  const wayTo = useMemo(
    () => (_: ReleaseId | undefined) =>
      commands.rollouts.wayBack({ type: 'product-of', release: release.id }, release.id),
    [commands, release.id],
  );
  if (back === undefined)
    return (
      <Button component="a" href={`#/rollouts/new?release=${release.id}`}>
        Roll out {release.label}
      </Button>
    );
  return (
    <OpensDialog
      label={`Go back to ${release.label}`}
      title={`Go back to ${release.product} ${release.label}`}
      wayTo={wayTo}
      confirm="Go back"
      targets={[]}
    />
  );
}

/** What that button will do, where it is more than its words. */
export function CourseNote(props: { readonly release: ReleaseRow }) {
  const { release } = props;
  const back = useStepBack(release);
  if (back === undefined) return null;
  return (
    <p className="ff-note" data-testid="course">
      Devices may have run a later release of {release.product}, and take no lower number. Going back{' '}
      {sentenceOf(back, `${release.product} ${release.label}`, back.devices.length)}.{' '}
      <a href={`#/rollouts/new?release=${release.id}`}>Choose who gets it</a>
    </p>
  );
}
