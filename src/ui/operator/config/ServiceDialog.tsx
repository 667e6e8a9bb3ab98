import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { SERVICE_BOUNDS } from '../../../core/wire/entry/service.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useRefusal } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';
import type { ServiceRow } from './service-rows.ts';

/** Signs a service: a new one, or other words for one that is there, whose name stays. */
export function ServiceDialog(props: {
  readonly service: ServiceRow | undefined;
  readonly names: readonly string[];
  readonly onClose: () => void;
}) {
  const { service } = props;
  const commands = useCommands();
  const notAllowed = useRefusal('configure');
  const [name, setName] = useState(service?.name ?? '');
  const [address, setAddress] = useState(service?.address ?? '');
  const [note, setNote] = useState(service?.note ?? '');
  const form = useCommandForm(
    () => commands.config.setService({ name: name.trim(), address: address.trim(), note: note.trim() }),
    () => {
      notifyDone(
        `"${name.trim()}" is ${service === undefined ? 'added' : 'changed'}`,
        'Signed. Running releases hear of it as soon as the entry reaches their device.',
      );
      props.onClose();
    },
  );
  const taken = service === undefined && props.names.includes(name.trim());
  const refusal =
    notAllowed ||
    (name.trim() === '' ? 'Give the name.' : '') ||
    (taken ? 'A service of that name is there: change it instead.' : '') ||
    (address.trim() === '' ? 'Give the address.' : '');
  return (
    <ModalDialog
      title={service === undefined ? 'Add a service' : `Change "${service.name}"`}
      onClose={props.onClose}
    >
      <form className="ff-stack" aria-label="Service" onSubmit={form.submit}>
        <TextInput
          label="Name"
          description="By which releases find it; it cannot be changed later."
          maxLength={SERVICE_BOUNDS.nameCharacters}
          autoComplete="off"
          data-autofocus={service === undefined ? true : undefined}
          readOnly={service !== undefined}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Address"
          description="A URL, or a host and a port. Everybody in the fleet can read it: no passwords."
          maxLength={SERVICE_BOUNDS.addressCharacters}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'ff-code' }}
          data-autofocus={service === undefined ? undefined : true}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Textarea
          label="Note"
          description="For people; may stay empty."
          rows={2}
          maxLength={SERVICE_BOUNDS.noteCharacters}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <FormEnd
          form={form}
          label={service === undefined ? 'Sign and add' : 'Sign change'}
          busyLabel="Signing"
          refusal={refusal}
        />
      </form>
    </ModalDialog>
  );
}
