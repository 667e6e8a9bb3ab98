import type { NamedKey, ProposalModel } from '../../../store/authority-model.ts';
import { wordsForRoles } from '../../../store/role-words.ts';
import { countOf, shortId } from '../../components/format.ts';
import { ChangePreview } from './ChangePreview.tsx';

/** What a proposal would do, from this browser's own ledger, and who has signed it. */
export function ProposalFacts(props: { readonly proposal: ProposalModel }) {
  const { proposal } = props;
  return (
    <>
      <dl className="ff-facts" data-testid="proposal" data-type={proposal.type}>
        <Fact title="Asks for">{ASKS_FOR[proposal.type]}</Fact>
        <Particulars proposal={proposal} />
        <Fact title="Proposed by">{namesOf([proposal.proposer])}</Fact>
        <Fact title="Signed by">{namesOf(proposal.signed)}</Fact>
        <Fact title="Still to sign">{namesOf(proposal.missing)}</Fact>
      </dl>
      {proposal.type === 'root' || proposal.type === 'grant' ? null : (
        <ChangePreview preview={proposal.preview} />
      )}
    </>
  );
}

const ASKS_FOR: Readonly<Record<ProposalModel['type'], string>> = {
  root: 'a new root',
  grant: 'rights for a key, by the root',
  revoke: 'a revoke by the root',
  ack: 'entries to count again, by the root',
};

function Particulars({ proposal }: { readonly proposal: ProposalModel }) {
  switch (proposal.type) {
    case 'root':
      return (
        <>
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
        </>
      );
    case 'grant':
      return (
        <>
          <Fact title="Gives rights to">{namesOf(proposal.keys)}</Fact>
          {proposal.threshold > 1 ? (
            <Fact title="Together">
              {proposal.threshold} of {proposal.keys.length} must sign
            </Fact>
          ) : null}
          <Fact title="Called">{proposal.personName}</Fact>
          <Fact title="Rights">{wordsForRoles(proposal.roles)}</Fact>
          <Fact title="May pass them on">{proposal.mayGrant ? 'yes' : 'no'}</Fact>
        </>
      );
    case 'revoke':
      return (
        <>
          <Fact title="Takes rights from">{namesOf([proposal.key])}</Fact>
          <Fact title="Reason">{proposal.reason || 'none given'}</Fact>
        </>
      );
    case 'ack':
      return <Fact title="Brings back">{countOf(proposal.entryCount, 'entry', 'entries')}</Fact>;
  }
}

function Fact(props: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd className="ff-break">{props.children}</dd>
    </div>
  );
}

function namesOf(keys: readonly NamedKey[]): string {
  return keys.length === 0
    ? 'none'
    : keys.map(({ id, name, self }) => `${name}${self ? ' (this browser)' : ''}, ${shortId(id)}`).join('; ');
}
