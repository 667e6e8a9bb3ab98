import { Button } from '@mantine/core';
import type { NearbyServer } from '../../../core/wire/contact/nearby-server.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';

/** Before a server that anybody may have announced is used: what it can do, and how to tell that it is the right one. */
export function UseServerDialog(props: { readonly server: NearbyServer; readonly onClose: () => void }) {
  const { name, signaling = '', pages } = props.server;
  const commands = useCommands();
  const form = useCommandForm(
    () => commands.mesh.addSignaling(signaling),
    () => {
      notifyDone('Signaling server added', `${name} is used from now on, also after a restart.`);
      props.onClose();
    },
  );
  return (
    <ModalDialog title={`Use ${name}?`} onClose={props.onClose}>
      <form className="ff-stack" aria-label={`Use ${name}`} onSubmit={form.submit}>
        <dl className="ff-facts">
          <div>
            <dt>Signaling</dt>
            <dd className="ff-code">{signaling}</dd>
          </div>
          {pages === undefined ? null : (
            <>
              <div>
                <dt>Its authority</dt>
                <dd className="ff-code ff-break">{pages.authority}</dd>
              </div>
              <div>
                <dt>Fetch it at</dt>
                <dd>
                  <a href={pages.trust} target="_blank" rel="noreferrer">
                    {pages.trust}
                  </a>
                </dd>
              </div>
            </>
          )}
        </dl>
        {pages === undefined ? null : (
          <p>
            This browser must trust that authority before it can join. Compare the fingerprint with the one in
            the server's terminal: anybody on the network can announce.
          </p>
        )}
        <p className="ff-quiet">
          A signaling server introduces nodes to each other and sees their addresses. It reads nothing of what
          they send, and signs nothing. Links for devices and people that you make from now on name it too.
        </p>
        <FormEnd form={form} label="Use it" busyLabel="Joining" refusal="" />
        <div>
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
