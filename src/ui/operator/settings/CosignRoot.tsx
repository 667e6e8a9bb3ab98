import { Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { NamedKey, RootOutcome, RootProposalModel } from '../../../store/authority-model.ts';
import { shortId } from '../../components/format.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { FormEnd, useCommandForm } from '../CommandForm.tsx';
import { useCommands, useOpenSession } from '../FleetContext.tsx';
import { messageOf } from '../notify.ts';
import { ProposalText } from './ProposalText.tsx';

type Read =
  | { readonly type: 'none' }
  | { readonly type: 'read'; readonly proposal: RootProposalModel }
  | { readonly type: 'refused'; readonly problem: string };

/** Takes a pasted proposal, shows what it changes, and signs it. */
export function CosignRoot(props: { readonly onClose: () => void }) {
  const commands = useCommands();
  const { self } = useOpenSession();
  const [text, setText] = useState('');
  const [read, setRead] = useState<Read>({ type: 'none' });
  const [outcome, setOutcome] = useState<RootOutcome | undefined>();
  useEffect(() => {
    let current = true;
    setRead({ type: 'none' });
    if (text.trim() !== '')
      commands.readRootProposal(text).then(
        (proposal) => current && setRead({ type: 'read', proposal }),
        (error: unknown) => current && setRead({ type: 'refused', problem: messageOf(error) }),
      );
    return () => {
      current = false;
    };
  }, [text, commands]);
  const form = useCommandForm(() => commands.cosignRoot(text), setOutcome);
  const asked =
    read.type === 'read' && [...read.proposal.missing, ...read.proposal.signed].some(({ id }) => id === self);
  const refusal =
    read.type === 'read'
      ? asked
        ? ''
        : 'It does not ask for the signature of this browser.'
      : read.type === 'refused'
        ? read.problem
        : 'Paste the proposal first.';
  return (
    <ModalDialog title="Sign a root proposal" onClose={props.onClose}>
      {outcome !== undefined ? (
        <ProposalText outcome={outcome} />
      ) : (
        <form className="ff-stack" aria-label="Sign a root proposal" onSubmit={form.submit}>
          <Textarea
            label="Proposal"
            description="Copies that were signed apart may follow each other."
            rows={4}
            spellCheck={false}
            classNames={{ input: 'ff-code' }}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {read.type === 'read' ? <Proposal proposal={read.proposal} /> : null}
          <FormEnd form={form} label="Sign root" busyLabel="Signing" refusal={refusal} />
        </form>
      )}
    </ModalDialog>
  );
}

function Proposal(props: { readonly proposal: RootProposalModel }) {
  const { proposal } = props;
  return (
    <dl className="ff-facts" data-testid="root-proposal">
      {proposal.fleetNameAfter === proposal.fleetNameBefore ? null : (
        <Fact title="Fleet name">
          {proposal.fleetNameBefore} → {proposal.fleetNameAfter}
        </Fact>
      )}
      <Fact title="Version">{proposal.version}</Fact>
      <Fact title="Must sign for the root">
        {proposal.thresholdBefore} → {proposal.thresholdAfter}
      </Fact>
      <Fact title="Keys in">{namesOf(proposal.added)}</Fact>
      <Fact title="Keys out">{namesOf(proposal.removed)}</Fact>
      <Fact title="Keys that stay">{namesOf(proposal.kept)}</Fact>
      <Fact title="Proposed by">{namesOf([proposal.proposer])}</Fact>
      <Fact title="Signed by">{namesOf(proposal.signed)}</Fact>
      <Fact title="Still to sign">{namesOf(proposal.missing)}</Fact>
    </dl>
  );
}

function Fact(props: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function namesOf(keys: readonly NamedKey[]): string {
  return keys.length === 0
    ? 'none'
    : keys.map(({ id, name, self }) => `${name}${self ? ' (this browser)' : ''}, ${shortId(id)}`).join('; ');
}
