import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useRefusal } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';
import type { ServiceRow } from './service-rows.ts';

export function RemoveServiceDialog(props: { readonly service: ServiceRow; readonly onClose: () => void }) {
  const { name } = props.service;
  const commands = useCommands();
  const notAllowed = useRefusal('configure');
  const form = useCommandForm(
    () => commands.config.removeService(name),
    () => {
      notifyDone(`"${name}" is removed`, 'The ledger keeps what it was.');
      props.onClose();
    },
  );
  return (
    <ModalDialog title={`Remove service "${name}"?`} onClose={props.onClose}>
      <form className="ff-stack" aria-label="Remove a service" onSubmit={form.submit}>
        <p>Releases do not find it any more, on all devices. Its history stays in the ledger.</p>
        <FormEnd form={form} label="Remove service" busyLabel="Signing" dangerous refusal={notAllowed} />
      </form>
    </ModalDialog>
  );
}
