import { Button } from '@mantine/core';
import type { EntryId } from '../../../core/wire/encoding/ids.ts';
import type { MomentRow } from '../../../store/ledger-model.ts';
import { countOf, formatInstant, shortId } from '../../components/format.ts';
import { Section } from '../frame/Page.tsx';

/**
 * Chooses the moment of the ledger to look at: the entry up to which it is read. The slider's right end is now, and one
 * step to the left is one entry earlier, in the order in which this node took them in.
 */
export function TimeTravel(props: {
  /** Newest first. */
  readonly moments: readonly MomentRow[];
  readonly at: EntryId | undefined;
  readonly onTravel: (at: EntryId | undefined) => void;
}) {
  const { moments, at } = props;
  const last = moments.length;
  const index = at === undefined ? 0 : moments.findIndex(({ entry }) => entry === at);
  const moment = at === undefined ? undefined : moments[index];
  const known = index >= 0;
  const position = last - Math.max(index, 0);
  const travel = (to: number) => props.onTravel(to >= last ? undefined : moments[last - to]?.entry);
  const words = !known
    ? 'a moment that is not known here'
    : moment === undefined
      ? 'now'
      : `after ${describeMoment(moment)}`;
  return (
    <Section
      title="Moment"
      aside={
        <span className="ff-quiet">
          {moment === undefined
            ? `now, ${countOf(last, 'entry', 'entries')}`
            : `entry ${position} of ${countOf(last, 'entry', 'entries')}`}
        </span>
      }
    >
      <div className="ff-moment">
        <Button variant="default" disabled={position <= 1} onClick={() => travel(position - 1)}>
          Earlier
        </Button>
        <input
          type="range"
          aria-label="Moment of the ledger"
          aria-valuetext={words}
          min={Math.min(1, last)}
          max={last}
          value={position}
          disabled={last < 2}
          onChange={(event) => travel(Number(event.currentTarget.value))}
        />
        <Button variant="default" disabled={at === undefined} onClick={() => travel(position + 1)}>
          Later
        </Button>
        <Button
          {...(at === undefined ? { variant: 'default' } : {})}
          disabled={at === undefined}
          onClick={() => props.onTravel(undefined)}
        >
          Back to now
        </Button>
      </div>
      <p
        role="status"
        className={at === undefined ? 'ff-quiet ff-moment-now' : 'ff-note ff-moment-past'}
        data-testid="moment"
        data-past={at !== undefined && known}
      >
        {at === undefined ? (
          'Shown as it is now. Move the slider to the left to see it as it was.'
        ) : !known ? (
          <>
            The entry <span className="ff-code">{shortId(at)}</span> is not among the newest{' '}
            {countOf(last, 'entry', 'entries')} of this node, so the ledger is shown as it is now.
          </>
        ) : (
          <>
            <strong>The past:</strong> the ledger {words}
            {moment?.counts === false ? ', which does not count' : ''}. Nothing here can be changed; devices
            follow what is now.
          </>
        )}
      </p>
    </Section>
  );
}

function describeMoment({ author, action, path, timeMs }: MomentRow): string {
  return `${author}'s ${action} of ${path}, ${formatInstant(timeMs)} by their clock`;
}
