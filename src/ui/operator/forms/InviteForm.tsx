import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { parseLabels } from '../../components/labels.ts';
import { SharedLink } from '../../components/SharedLink.tsx';
import { useCommands, useOpenSession, useRefusal } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from './CommandForm.tsx';

const HOUR_MS = 3_600_000;

const VALID_FOR = [
  { value: String(HOUR_MS), label: '1 hour' },
  { value: String(24 * HOUR_MS), label: '1 day' },
  { value: String(7 * 24 * HOUR_MS), label: '7 days' },
];

type InvitedRoles = 'operator release' | 'operator' | 'release';

const ROLES: readonly { readonly value: InvitedRoles; readonly label: string }[] = [
  { value: 'operator release', label: 'Operate and publish releases' },
  { value: 'operator', label: 'Operate: rollouts, devices, config' },
  { value: 'release', label: 'Publish releases only' },
];

/** Makes a link that lets devices, or one more operator, in until it expires. */
export function InviteForm(props: { readonly for: 'device' | 'operator' }) {
  const commands = useCommands();
  const [site, setSite] = useState('');
  const [labelText, setLabelText] = useState('');
  const [validMs, setValidMs] = useState(String(24 * HOUR_MS));
  const [roles, setRoles] = useState<InvitedRoles>('operator release');
  const [path, setPath] = useState('');
  const [link, setLink] = useState('');
  const labels = parseLabels(labelText);
  const mayNotAdmit = useRefusal('admit');
  const session = useOpenSession();
  const mayNotInvite =
    session.roles.length === 0 ? 'This browser’s key holds no rights, so it has none to pass on.' : '';
  const form = useCommandForm(
    () =>
      props.for === 'device'
        ? commands.fleet.invite({
            for: 'device',
            site: site.trim(),
            labels: labels.type === 'labels' ? labels.labels : {},
            validMs: Number(validMs),
          })
        : commands.fleet.invite({
            for: 'operator',
            roles: roles.split(' ') as ('operator' | 'release')[],
            path: roles === 'release' && path.trim() !== '' ? path.trim() : '/',
            validMs: Number(validMs),
          }),
    setLink,
  );
  const forDevice = props.for === 'device';
  const refusal =
    (forDevice ? mayNotAdmit : mayNotInvite) ||
    (labels.type === 'problem' ? 'Mend the labels.' : '') ||
    (forDevice && site.trim() === '' ? 'Give the site.' : '');
  return (
    // A link that stays while the form says other rights would be handed on for what it is not.
    <form
      className="ff-stack"
      aria-label={forDevice ? 'Device link' : 'Invitation'}
      onChange={() => setLink('')}
      onSubmit={(event) => {
        setLink('');
        form.submit(event);
      }}
    >
      {forDevice ? (
        <>
          <TextInput
            label="Site of these devices"
            list="known-sites"
            maxLength={64}
            value={site}
            onChange={(event) => setSite(event.currentTarget.value)}
          />
          <TextInput
            label="Labels of these devices"
            description="Optional: screen=portrait, floor=2"
            value={labelText}
            error={labels.type === 'problem' ? labels.problem : undefined}
            onChange={(event) => setLabelText(event.currentTarget.value)}
          />
        </>
      ) : (
        <>
          <NativeSelect
            label="They may"
            data={[...ROLES]}
            value={roles}
            onChange={(event) => setRoles(event.currentTarget.value as InvitedRoles)}
          />
          {roles === 'release' ? (
            <TextInput
              label="Only below"
              description="Optional: /releases/menu for the product menu alone"
              classNames={{ input: 'ff-code' }}
              value={path}
              onChange={(event) => setPath(event.currentTarget.value)}
            />
          ) : null}
        </>
      )}
      <NativeSelect
        label="Link is valid for"
        data={VALID_FOR}
        value={validMs}
        onChange={(event) => setValidMs(event.currentTarget.value)}
      />
      <FormEnd form={form} label="Make link" busyLabel="Signing the link" refusal={refusal} />
      {link === '' ? null : (
        <SharedLink
          link={link}
          note={
            forDevice
              ? 'Open it on each device, or scan it there.'
              : 'Send it over a channel you trust: until it expires, whoever has it can take these rights.'
          }
        />
      )}
    </form>
  );
}
