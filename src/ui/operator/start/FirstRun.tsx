import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { navigate, useHashPath } from '../frame/hash-location.ts';
import { RestoreBackup } from './RestoreBackup.tsx';

/** A browser without a fleet: make one, or join one. */
export function FirstRun() {
  const [path] = useHashPath();
  const invited = path.startsWith('/join/');
  const pairing = path.startsWith('/pair');
  return (
    <main className="ff-first-run" data-testid="page-first-run">
      <h1>Welcome to Fieldfare</h1>
      <p className="ff-quiet">
        Updates for a fleet of kiosks that travel from peer to peer. Nothing is installed, and no account is
        made: the keys stay in this browser.
      </p>
      {pairing ? (
        <p className="ff-note">
          To pair that device, first create a fleet or join yours with a link. The code is kept and asked for
          next.
        </p>
      ) : null}
      <div className="ff-two">
        {invited ? <JoinFleet /> : <CreateFleet />}
        {invited ? <CreateFleet /> : <JoinFleet />}
      </div>
      <RestoreBackup onDone={enter} />
    </main>
  );
}

/** A pairing link waits for the fleet; any other address starts at the overview. */
function enter(): void {
  if (!window.location.hash.startsWith('#/pair')) navigate('/', { replace: true });
}

function CreateFleet() {
  const commands = useCommands();
  const [fleetName, setFleetName] = useState('');
  const [personName, setPersonName] = useState('');
  const form = useCommandForm(
    () => commands.fleet.create({ fleetName: fleetName.trim(), personName: personName.trim() }),
    enter,
  );
  const missing = fleetName.trim() === '' || personName.trim() === '';
  return (
    <form className="ff-card" aria-label="Create a fleet" onSubmit={form.submit}>
      <h2>Create a fleet</h2>
      <p className="ff-quiet">
        This browser becomes its first operator, with every role. You can split roles later.
      </p>
      <TextInput
        label="Fleet name"
        placeholder="Harbour cafes"
        maxLength={64}
        value={fleetName}
        onChange={(event) => setFleetName(event.currentTarget.value)}
      />
      <TextInput
        label="Your name"
        description="Shown beside what you sign."
        autoComplete="name"
        maxLength={64}
        value={personName}
        onChange={(event) => setPersonName(event.currentTarget.value)}
      />
      <FormEnd
        form={form}
        label="Create fleet"
        busyLabel="Creating keys"
        refusal={missing ? 'Give both names.' : ''}
      />
    </form>
  );
}

function JoinFleet() {
  const commands = useCommands();
  const [path] = useHashPath();
  const [link, setLink] = useState(() => (path.startsWith('/join/') ? window.location.href : ''));
  const [personName, setPersonName] = useState('');
  const form = useCommandForm(() => commands.fleet.join(link.trim(), personName.trim()), enter);
  const invited = path.startsWith('/join/');
  return (
    <form className="ff-card" aria-label="Join with a link" onSubmit={form.submit}>
      <h2>Join with a link</h2>
      <p className="ff-quiet">
        {invited
          ? 'You opened an invitation: it is filled in below.'
          : 'Ask an operator for an invitation (Settings).'}
      </p>
      <Textarea
        label="Join link"
        rows={3}
        spellCheck={false}
        classNames={{ input: 'ff-code' }}
        value={link}
        onChange={(event) => setLink(event.currentTarget.value)}
      />
      <TextInput
        label="Your name"
        description="Shown beside what you sign."
        autoComplete="name"
        maxLength={64}
        value={personName}
        onChange={(event) => setPersonName(event.currentTarget.value)}
      />
      <FormEnd
        form={form}
        label="Join fleet"
        busyLabel="Joining"
        refusal={
          link.trim() === '' ? 'Paste the link first.' : personName.trim() === '' ? 'Give your name.' : ''
        }
      />
    </form>
  );
}
