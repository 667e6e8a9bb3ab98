import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { saveFile } from '../../components/saveFile.ts';
import { useCommands, useOpenSession } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';

/** Makes the file from which another browser takes over this person's roles. */
export function BackupForm() {
  const commands = useCommands();
  const { fleetName, roles } = useOpenSession();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const form = useCommandForm(
    () => commands.fleet.makeBackup(passphrase),
    (text) => {
      saveFile(fileNameFor(fleetName), 'text/plain', text);
      setPassphrase('');
      setAgain('');
      notifyDone('Backup made', 'Keep the file and the passphrase in different places.');
    },
  );
  return (
    <form className="ff-stack" aria-label="Backup" onSubmit={form.submit}>
      <p className="ff-quiet">
        If this browser is lost, restore the file on the first page of another one. It gets a key of its own
        with your roles, and you then revoke the lost one.
      </p>
      {roles.includes('root') ? (
        <p className="ff-note">
          Root rights are not in a backup. For a second root key, open Settings in another browser, copy its
          key, and make it one of two root keys under "Change root keys".
        </p>
      ) : null}
      <TextInput
        type="password"
        label="Passphrase"
        description="12 characters at least. Without it nobody can open the file, you included."
        autoComplete="new-password"
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <TextInput
        type="password"
        label="Passphrase again"
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
      />
      <FormEnd
        form={form}
        label="Save backup"
        busyLabel="Encrypting"
        refusal={
          passphrase === ''
            ? 'Choose a passphrase.'
            : passphrase !== again
              ? 'Type the same passphrase twice.'
              : ''
        }
      />
    </form>
  );
}

function fileNameFor(fleetName: string): string {
  return `fieldfare-${fleetName.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-backup.txt`;
}
