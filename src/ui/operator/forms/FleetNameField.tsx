import { TextInput } from '@mantine/core';
import { useOpenSession } from '../FleetContext.tsx';

/** The confirmation of what reaches the whole fleet: its name, typed. */
export function FleetNameField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { fleetName } = useOpenSession();
  return (
    <TextInput
      label={`This names the whole fleet. Type "${fleetName}" to confirm`}
      autoComplete="off"
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

export const NAME_MISSING = "Type the fleet's name first.";
