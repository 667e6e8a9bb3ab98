import { useMemo } from 'react';
import type { RolloutRow } from '../../../store/model.ts';
import { Ago } from '../../components/Ago.tsx';
import { formatInstant } from '../../components/format.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { Page, Section } from '../frame/Page.tsx';
import { OpensDialog } from '../going-back/GoBackButton.tsx';
import { describeSelector } from './describe-selector.ts';
import { statusOfRollout } from './rollout-status.ts';

/** A rollout that came to nothing: why, and the way to what its signer wanted. */
export function VoidRollout(props: { readonly rollout: RolloutRow; readonly name: string }) {
  const { rollout, name } = props;
  const { release, select } = rollout;
  const commands = useCommands();
  const revision = useFleet((model) => model.ledgerRevision);
  const wayTo = useMemo(
    () => () => ({ now: [], origins: [], steps: commands.rollouts.plan([{ release, select }]) }),
    [commands, release, select],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way changes with the ledger
  const possible = useMemo(() => wayTo().steps[0]?.course !== undefined, [wayTo, revision]);
  return (
    <Page
      name="rollout"
      title={name}
      note={
        <>
          {describeSelector(select)}. Started <Ago atMs={rollout.startedAtMs} /> by {rollout.authorName}.
        </>
      }
      actions={<StatusMark status={statusOfRollout(rollout)} />}
    >
      <Section title="No device follows it">
        <p
          className={rollout.standing === 'void' ? 'ff-problem' : 'ff-note'}
          data-testid="void-rollout"
          data-standing={rollout.standing}
        >
          This rollout {rollout.standing === 'void' ? 'does not count' : 'counts no more'}: {rollout.why}.
        </p>
        <p className="ff-quiet">
          It was signed {formatInstant(rollout.startedAtMs)}. The <a href="#/ledger">ledger</a> says of each
          path which entry counts, and why.
        </p>
        {possible ? (
          <div>
            <OpensDialog
              label="Roll it out again"
              title={`Roll out ${name} again`}
              confirm="Roll out again"
              wayTo={wayTo}
              targets={[]}
            />
          </div>
        ) : null}
      </Section>
    </Page>
  );
}
