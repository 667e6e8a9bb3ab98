import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RoomState } from '../../../store/model.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import type { Status } from '../../components/stage-status.ts';
import { useCommands, useOpenSession } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone, notifyRefused } from '../frame/notify.ts';
import { NearbyServers } from './NearbyServers.tsx';

const STATUS: Readonly<Record<RoomState['state'], Status>> = {
  joined: { tone: 'good', label: 'Joined' },
  dialing: { tone: 'underway', label: 'Dialing' },
  lost: { tone: 'warning', label: 'Lost' },
};

/** Where this browser makes first contact: what it uses, what is on the network, and one that is typed. */
export function SignalingServers() {
  const { signaling } = useOpenSession();
  const commands = useCommands();
  const remove = (url: string) =>
    commands.mesh.removeSignaling(url).then(
      () => notifyDone('Signaling server removed', `${url} is not used from now on. Links that are up stay.`),
      (error: unknown) => notifyRefused('The signaling server stays', error),
    );
  return (
    <>
      <p className="ff-quiet">
        Only for first contact. Without them links stay up and go on forming through neighbours.
      </p>
      {signaling.length === 0 ? (
        <p>None is set.</p>
      ) : (
        <ul className="ff-list">
          {signaling.map((row) => (
            <li key={row.url} className="ff-row" data-testid="signaling-row" data-state={row.state}>
              <StatusMark status={STATUS[row.state]} />
              <span className="ff-code ff-break">{row.url}</span>
              <span className="ff-quiet ff-grow">{row.detail}</span>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Remove ${row.url}`}
                onClick={() => void remove(row.url)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <NearbyServers />
      <AddServer />
    </>
  );
}

function AddServer() {
  const commands = useCommands();
  const [url, setUrl] = useState('');
  const form = useCommandForm(
    () => commands.mesh.addSignaling(url),
    () => setUrl(''),
  );
  return (
    <form className="ff-stack" aria-label="Add a signaling server" onSubmit={form.submit}>
      <TextInput
        label="Another server"
        placeholder="wss://signal.example.org/signaling"
        spellCheck={false}
        classNames={{ input: 'ff-code' }}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <FormEnd
        form={form}
        label="Add server"
        busyLabel="Adding"
        refusal={url.trim() === '' ? 'Give its address.' : ''}
      />
    </form>
  );
}
