import { FileInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';

/** A backup is under a kilobyte; a guess with room, so that a film chosen by mistake is not read. */
const MAX_FILE_BYTES = 64 * 1024;

/** The third way into a fleet: as oneself, from a backup. */
export function RestoreBackup(props: { readonly onDone: () => void }) {
  const commands = useCommands();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const form = useCommandForm(async () => {
    if (file !== null) await commands.fleet.restoreBackup(await file.text(), passphrase);
  }, props.onDone);
  return (
    <details className="ff-card">
      <summary>Restore a backup</summary>
      <form className="ff-stack" aria-label="Restore a backup" onSubmit={form.submit}>
        <p className="ff-quiet">
          This browser gets a key of its own, with the roles of whoever made the file.
        </p>
        <FileInput
          label="Backup file"
          placeholder="Choose the file"
          accept=".txt,text/plain"
          value={file}
          onChange={setFile}
        />
        <TextInput
          type="password"
          label="Passphrase"
          autoComplete="off"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        <FormEnd
          form={form}
          label="Restore"
          busyLabel="Decrypting"
          refusal={
            file === null
              ? 'Choose the file.'
              : file.size > MAX_FILE_BYTES
                ? 'This file is too large to be a backup.'
                : passphrase === ''
                  ? 'Give the passphrase.'
                  : ''
          }
        />
      </form>
    </details>
  );
}
