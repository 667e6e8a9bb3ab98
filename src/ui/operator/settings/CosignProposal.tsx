import { Checkbox, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ProposalModel } from '../../../store/authority-model.ts';
import type { SigningOutcome } from '../../../store/commands/authority.ts';
import { shortId } from '../../components/format.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useOpenSession } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { messageOf } from '../frame/notify.ts';
import { ProposalFacts } from './ProposalFacts.tsx';
import { ProposalText } from './ProposalText.tsx';

type Read =
  | { readonly type: 'none' }
  | { readonly type: 'read'; readonly proposal: ProposalModel }
  | { readonly type: 'refused'; readonly problem: string };

/** Takes a pasted proposal, shows what it changes, and signs it. */
export function CosignProposal(props: { readonly onClose: () => void }) {
  const commands = useCommands();
  const { self } = useOpenSession();
  const [text, setText] = useState('');
  const [read, setRead] = useState<Read>({ type: 'none' });
  const [destroyed, setDestroyed] = useState(false);
  const [outcome, setOutcome] = useState<SigningOutcome | undefined>();
  useEffect(() => {
    let current = true;
    setRead({ type: 'none' });
    setDestroyed(false);
    if (text.trim() !== '')
      commands.authority.readProposal(text).then(
        (proposal) => current && setRead({ type: 'read', proposal }),
        (error: unknown) => current && setRead({ type: 'refused', problem: messageOf(error) }),
      );
    return () => {
      current = false;
    };
  }, [text, commands]);
  const proposal = read.type === 'read' ? read.proposal : undefined;
  const signedBefore = proposal?.type === 'root' ? proposal.signedBefore : undefined;
  const form = useCommandForm(
    () => commands.authority.cosign(text, destroyed ? signedBefore : undefined),
    setOutcome,
  );
  return (
    <ModalDialog title="Sign a proposal" onClose={props.onClose}>
      {outcome !== undefined ? (
        <ProposalText outcome={outcome} forRoot={proposal?.type === 'root'} />
      ) : (
        <form className="ff-stack" aria-label="Sign a proposal" onSubmit={form.submit}>
          <Textarea
            label="Proposal"
            description="Copies that were signed apart may follow each other."
            rows={4}
            spellCheck={false}
            classNames={{ input: 'ff-code' }}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {proposal === undefined ? null : <ProposalFacts proposal={proposal} />}
          {signedBefore === undefined ? null : (
            <SignedBefore id={signedBefore} destroyed={destroyed} onChange={setDestroyed} />
          )}
          <FormEnd
            form={form}
            label="Sign"
            busyLabel="Signing"
            refusal={refusalOf(read, self, signedBefore !== undefined && !destroyed)}
          />
        </form>
      )}
    </ModalDialog>
  );
}

/** A person who signed another root of the version is stopped, unless they know that it is destroyed. */
export function SignedBefore(props: {
  readonly id: string;
  readonly destroyed: boolean;
  readonly onChange: (destroyed: boolean) => void;
}) {
  return (
    <div className="ff-stack" data-testid="signed-before">
      <p className="ff-problem">
        This browser has signed another proposal of this version, {shortId(props.id)}. If both are finished,
        the fleet halts for good: no node can tell which root is right.
      </p>
      <Checkbox
        label="Every copy of that proposal is destroyed, nobody can finish it"
        checked={props.destroyed}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </div>
  );
}

function refusalOf(read: Read, self: string, stopped: boolean): string {
  if (read.type === 'none') return 'Paste the proposal first.';
  if (read.type === 'refused') return read.problem;
  const { missing, signed } = read.proposal;
  if (![...missing, ...signed].some(({ id }) => id === self))
    return 'It does not ask for the signature of this browser.';
  return stopped ? 'Another proposal of this version was signed here.' : '';
}
