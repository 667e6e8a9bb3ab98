import { NativeSelect, Radio, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SigningOutcome, Spare } from '../../../store/commands/authority.ts';
import type { PersonRow } from '../../../store/model.ts';
import { formatInstant } from '../../components/format.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useFleet, useOpenSession } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';
import { ChangePreview, MANY_CHANGES, sizeOf } from './ChangePreview.tsx';
import { ProposalText } from './ProposalText.tsx';
import { useSigningChoice } from './SigningChoice.tsx';
import { usePreview } from './usePreview.ts';

/** Takes a key's rights back, after showing what that changes. */
export function RevokeDialog(props: { readonly person: PersonRow; readonly onClose: () => void }) {
  const { person, onClose } = props;
  const commands = useCommands();
  const { self } = useOpenSession();
  const isRootKey = useFleet((model) => model.root).keys.some(({ id }) => id === person.id);
  const revision = useFleet((model) => model.ledgerRevision);
  const [reason, setReason] = useState('');
  const [stolen, setStolen] = useState(false);
  const [first, setFirst] = useState('');
  const [typed, setTyped] = useState('');
  const [outcome, setOutcome] = useState<SigningOutcome | undefined>();
  const { signing, ...choice } = useSigningChoice();
  const entries = stolen ? commands.authority.read().entriesOf(person.id) : [];
  const chosen = entries.find(({ entry }) => entry === first);
  const spare: Spare | undefined = !stolen
    ? { type: 'all-known' }
    : chosen && { type: 'nothing-after', entry: chosen.entry };
  const preview = usePreview(
    `${revision} ${stolen} ${first} ${signing.type === 'as-root' ? signing.signers.join() : ''}`,
    choice.refusal === '' && spare !== undefined
      ? () => commands.authority.previewRevoke({ key: person.id, reason, spare, signing })
      : undefined,
  );
  const form = useCommandForm(
    async () => spare && commands.authority.revoke({ key: person.id, reason, spare, signing }),
    (done) => {
      if (done?.type === 'proposed') return setOutcome(done);
      notifyDone('Revoked', `What ${person.name}'s key signs from now on does not count.`);
      onClose();
    },
  );
  const many = preview.type === 'shown' && sizeOf(preview.preview) > MANY_CHANGES;
  const refusal =
    choice.refusal !== ''
      ? choice.refusal
      : preview.type === 'refused'
        ? preview.problem
        : spare === undefined
          ? 'Choose the first entry to take back.'
          : preview.type === 'none'
            ? 'Computing what changes.'
            : many && typed.trim() !== person.name
              ? 'Type the name first.'
              : '';
  if (outcome !== undefined)
    return (
      <ModalDialog title={`Revoke ${person.name}`} onClose={onClose}>
        <ProposalText outcome={outcome} forRoot={false} />
      </ModalDialog>
    );
  return (
    <ModalDialog title={`Revoke ${person.name}`} onClose={onClose}>
      <form className="ff-stack" aria-label="Revoke a key" onSubmit={form.submit}>
        {isRootKey ? (
          <p className="ff-problem">
            This is also a root key. A revoke does not take root rights: for that, propose a root without it.
          </p>
        ) : null}
        {person.id === self ? <p className="ff-problem">This is the key of this browser.</p> : null}
        <Radio.Group
          label="What it signed before"
          value={stolen ? 'stolen' : 'spare'}
          onChange={(value) => setStolen(value === 'stolen')}
        >
          <div className="ff-stack">
            <Radio value="spare" label="All of it stays (somebody left)" />
            <Radio value="stolen" label="Take back from an entry on (the key was stolen)" />
          </div>
        </Radio.Group>
        {stolen ? (
          <NativeSelect
            label="First entry to take back"
            value={first}
            data={[
              { value: '', label: 'Choose' },
              ...entries.map((row) => ({
                value: row.entry,
                label: `${formatInstant(row.timeMs)}: ${row.action} ${row.path}`,
              })),
            ]}
            onChange={(event) => setFirst(event.currentTarget.value)}
          />
        ) : null}
        <TextInput
          label="Reason"
          description="Everybody in the fleet can read it."
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {choice.element}
        {preview.type === 'shown' ? <ChangePreview preview={preview.preview} /> : null}
        {many ? (
          <TextInput
            label={`Type "${person.name}" to confirm`}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        ) : null}
        <FormEnd
          form={form}
          label={choice.isProposal ? 'Sign and make proposal' : 'Revoke key'}
          busyLabel="Signing"
          dangerous
          refusal={refusal}
        />
      </form>
    </ModalDialog>
  );
}
