import type { SigningOutcome } from '../../../store/commands/authority.ts';
import { CopyButton } from '../../components/CopyButton.tsx';

/** What came of signing: done, or a text for the next key holder. */
export function ProposalText(props: { readonly outcome: SigningOutcome; readonly forRoot: boolean }) {
  const { outcome, forRoot } = props;
  if (outcome.type === 'written')
    return (
      <p data-testid="proposal-written">
        {forRoot ? 'The new root' : 'It'} is signed by all and on its way to every node.
      </p>
    );
  return (
    <div className="ff-stack">
      <p>
        Others must sign. Send them this text; they paste it in Settings under "Sign a proposal", and the last
        one makes it count.
        {forRoot
          ? ' Each of them signs one proposal of a version: two finished ones of one version halt the fleet.'
          : ''}
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
