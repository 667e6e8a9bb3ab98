import type { RootOutcome } from '../../../store/authority-model.ts';
import { CopyButton } from '../../components/CopyButton.tsx';

/** What came of signing a root: done, or a text for the next key holder. */
export function ProposalText(props: { readonly outcome: RootOutcome }) {
  const { outcome } = props;
  if (outcome.type === 'written')
    return <p data-testid="root-written">The new root is signed by all and on its way to every node.</p>;
  return (
    <div className="ff-stack">
      <p>
        Others must sign. Send them this text; they paste it in Settings under "Sign a proposal", and the last
        one makes it count. Have one proposal open at a time: two finished ones of one version halt the fleet.
      </p>
      <output className="ff-code ff-break ff-scroll-text" data-testid="proposal-text">
        {outcome.text}
      </output>
      <div>
        <CopyButton text={outcome.text} label="Copy text" />
      </div>
    </div>
  );
}
