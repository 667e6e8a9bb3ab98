import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RootGrantOrder, SigningOutcome } from '../../../store/commands/authority.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { ProposalText } from './ProposalText.tsx';
import { readKey } from './read-key.ts';
import { useRootSigners } from './SigningChoice.tsx';

const RIGHTS: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'operator release beacon', label: 'Operate and publish releases' },
  { value: 'operator beacon', label: 'Operate: rollouts, devices, config' },
  { value: 'release', label: 'Publish releases only' },
];

/** Rights for a key that its holder has shown, by a proposal that other root keys sign. */
export function GrantByRoot(props: { readonly onClose: () => void }) {
  const commands = useCommands();
  const [typedKey, setTypedKey] = useState('');
  const [name, setName] = useState('');
  const [rights, setRights] = useState(RIGHTS[0]!.value);
  const [mayGrant, setMayGrant] = useState(true);
  const [outcome, setOutcome] = useState<SigningOutcome | undefined>();
  const { signers, ...root } = useRootSigners();
  const key = readKey(typedKey);
  const form = useCommandForm(
    async () =>
      key &&
      commands.authority.grantByRoot({
        key,
        name: name.trim(),
        roles: rights.split(' ') as RootGrantOrder['roles'],
        mayGrant,
        signers,
      }),
    setOutcome,
  );
  const refusal =
    key === undefined
      ? 'Give the key of the person.'
      : name.trim() === ''
        ? 'Give the name of the person.'
        : root.refusal;
  return (
    <ModalDialog title="Grant in the root’s name" onClose={props.onClose}>
      {outcome !== undefined ? (
        <ProposalText outcome={outcome} forRoot={false} />
      ) : (
        <form className="ff-stack" aria-label="Grant in the root’s name" onSubmit={form.submit}>
          <p className="ff-quiet">
            For when nobody is left whose rights pass on, or when they shall hang on nobody but the root. The
            person joins first, with any join link, and gives you the key under "Show this key".
          </p>
          <TextInput
            label="Key of the person"
            description="43 letters and digits"
            spellCheck={false}
            autoComplete="off"
            classNames={{ input: 'ff-code' }}
            value={typedKey}
            error={typedKey.trim() !== '' && key === undefined ? 'This is no key. Copy it again.' : undefined}
            onChange={(event) => setTypedKey(event.currentTarget.value)}
          />
          <TextInput
            label="Name of the person"
            maxLength={100}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label="They may"
            data={RIGHTS}
            value={rights}
            onChange={(event) => setRights(event.currentTarget.value)}
          />
          <Checkbox
            label="They may pass these rights on"
            checked={mayGrant}
            onChange={(event) => setMayGrant(event.currentTarget.checked)}
          />
          {root.element}
          <FormEnd form={form} label="Sign and make proposal" busyLabel="Signing" refusal={refusal} />
        </form>
      )}
    </ModalDialog>
  );
}
