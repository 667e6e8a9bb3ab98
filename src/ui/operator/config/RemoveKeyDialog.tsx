import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useRefusal } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';
import type { ConfigKeyRow } from './config-keys.ts';
import { describeScope } from './scope-words.ts';
import { useDeviceNames } from './useDeviceNames.ts';

/** Confirms a removal; of what the whole fleet gets, by typing the key. */
export function RemoveKeyDialog(props: { readonly row: ConfigKeyRow; readonly onClose: () => void }) {
  const { row } = props;
  const commands = useCommands();
  const scope = describeScope(row.scope, useDeviceNames());
  const notAllowed = useRefusal('configure');
  const [typed, setTyped] = useState('');
  const wholeFleet = row.scope.type === 'fleet';
  const form = useCommandForm(
    () => commands.config.set({ scope: row.scope, key: row.key, value: undefined }),
    () => {
      notifyDone(`"${row.key}" is removed for ${scope}`, 'The ledger keeps what it was.');
      props.onClose();
    },
  );
  return (
    <ModalDialog title={`Remove "${row.key}" for ${scope}?`} onClose={props.onClose}>
      <form className="ff-stack" aria-label="Remove a key" onSubmit={form.submit}>
        <p>
          {wholeFleet
            ? 'Devices for which no site, label or device sets this key will not have it any more.'
            : 'Devices fall back to what a wider scope sets, or will not have the key any more.'}{' '}
          Its history stays in the ledger.
        </p>
        {wholeFleet ? (
          <TextInput
            label={`Type "${row.key}" to confirm`}
            autoComplete="off"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        ) : null}
        <FormEnd
          form={form}
          label="Remove key"
          busyLabel="Signing"
          dangerous
          refusal={notAllowed || (wholeFleet && typed.trim() !== row.key.trim() ? 'Type the key first.' : '')}
        />
      </form>
    </ModalDialog>
  );
}
