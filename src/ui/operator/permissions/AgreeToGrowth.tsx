import { Checkbox } from '@mantine/core';
import type { PermissionGrowth } from '../../../core/rollout/permission-growth.ts';
import { sentenceOfGrowth } from './permission-words.ts';

/** The confirmation of its own that a release takes which asks for more than its devices were to have. */
export function AgreeToGrowth(props: {
  readonly name: string;
  readonly growth: PermissionGrowth;
  readonly agreed: boolean;
  readonly onChange: (agreed: boolean) => void;
}) {
  return (
    <div className="ff-note ff-stack" data-testid="growth">
      <p className="ff-break">
        <strong>{sentenceOfGrowth(props.name, props.growth)}.</strong>
      </p>
      <Checkbox
        label="I agree that devices grant it this"
        description="A rule on the config page can withhold any of it, now or later."
        checked={props.agreed}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </div>
  );
}

export const NOT_AGREED = 'Agree to what it asks for, or choose another release.';
