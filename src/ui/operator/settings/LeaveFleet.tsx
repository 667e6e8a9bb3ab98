import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCommands, useFleet, useOpenSession } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { navigate } from '../frame/hash-location.ts';

/** Deletes this browser's part of the fleet, after its name was typed. */
export function LeaveFleet() {
  const commands = useCommands();
  const { fleetName, roles } = useOpenSession();
  const people = useFleet((model) => model.people);
  const [typed, setTyped] = useState('');
  const form = useCommandForm(
    () => commands.fleet.leave(),
    () => navigate('/', { replace: true }),
  );
  const lastRoot =
    roles.includes('root') && !people.some((person) => !person.self && person.roles.includes('root'));
  return (
    <form className="ff-stack" aria-label="Leave this fleet" onSubmit={form.submit}>
      <p>
        This browser forgets the fleet, its keys and every release it keeps. Devices go on running; other
        people go on operating.
      </p>
      {lastRoot ? (
        <p className="ff-problem">
          This is the only key with root rights that this node knows of. Without it nobody can grant rights in
          this fleet again.
        </p>
      ) : null}
      <TextInput
        label={`Type "${fleetName}" to confirm`}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <FormEnd
        form={form}
        label="Leave fleet"
        busyLabel="Deleting"
        dangerous
        refusal={typed.trim() === fleetName.trim() ? '' : "Type the fleet's name first."}
      />
    </form>
  );
}
