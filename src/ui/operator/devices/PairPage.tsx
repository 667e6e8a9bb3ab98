import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { parseLabels } from '../../components/labels.ts';
import { useCommands, useFleet, useRefusal } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { InviteForm } from '../forms/InviteForm.tsx';
import { navigate, usePageParams } from '../frame/hash-location.ts';
import { notifyDone } from '../frame/notify.ts';
import { Page, Section } from '../frame/Page.tsx';
import { sitesOf } from './device-filter.ts';
import { CODE_LENGTH, isPairingLink, normalizeCode, problemWithCode } from './pairing-code.ts';

export default function PairPage() {
  return (
    <Page
      name="pair"
      title="Pair a device"
      note="Open the kiosk page on the device. It shows a code and a QR code of the same."
    >
      <div className="ff-two">
        <PairForm />
        <Section title="Or let devices join with a link">
          <p className="ff-quiet">
            For many devices, or one without a screen. Whoever opens the link before it expires joins as a
            device.
          </p>
          <InviteForm for="device" />
        </Section>
      </div>
    </Page>
  );
}

function PairForm() {
  const commands = useCommands();
  const devices = useFleet((model) => model.devices);
  const [params] = usePageParams();
  const [codeText, setCodeText] = useState(() => prefilledCode(params));
  const [name, setName] = useState('');
  const [site, setSite] = useState('');
  const [labelText, setLabelText] = useState('');
  const code = normalizeCode(codeText);
  const codeProblem = problemWithCode(code);
  const labels = parseLabels(labelText);
  const notAllowed = useRefusal('admit');
  const form = useCommandForm(
    () =>
      commands.devices.pair({
        code,
        name: name.trim(),
        site: site.trim(),
        labels: labels.type === 'labels' ? labels.labels : {},
      }),
    (id) => {
      notifyDone('Device admitted', `${name.trim()} is part of the fleet now.`);
      navigate(`/devices/${id}`);
    },
  );
  const refusal =
    notAllowed ||
    codeProblem ||
    (labels.type === 'problem' ? 'Mend the labels.' : '') ||
    (code.length < CODE_LENGTH && !isPairingLink(code) ? 'Enter the code from the screen.' : '') ||
    (name.trim() === '' || site.trim() === '' ? 'Give a name and a site.' : '');
  const twin = devices.some((device) => device.name === name.trim());
  return (
    <form className="ff-card" aria-label="Pair a device" onSubmit={form.submit}>
      <h2>Enter its code</h2>
      <TextInput
        label="Code"
        description="Six characters; case and spaces do not matter. A pairing link works too."
        data-testid="pair-code"
        classNames={{ input: 'ff-pair-code' }}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        value={codeText}
        error={codeProblem}
        onChange={(event) => setCodeText(event.currentTarget.value)}
      />
      <TextInput
        label="Name"
        placeholder="Menu board, left"
        maxLength={64}
        value={name}
        description={twin ? 'Another device has this name already: two are hard to tell apart.' : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Site"
        description="The place it is in. Rollouts and config can be aimed at it."
        list="known-sites"
        maxLength={64}
        value={site}
        onChange={(event) => setSite(event.currentTarget.value)}
      />
      <datalist id="known-sites">
        {sitesOf(devices).map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <TextInput
        label="Labels"
        description="Optional, to choose devices by: screen=portrait, floor=2"
        value={labelText}
        error={labels.type === 'problem' ? labels.problem : undefined}
        onChange={(event) => setLabelText(event.currentTarget.value)}
      />
      <FormEnd form={form} label="Pair device" busyLabel="Looking for the device" refusal={refusal} />
      {form.busy ? (
        <p className="ff-note" role="status">
          Meeting the device that shows this code. Keep its screen on.
        </p>
      ) : null}
    </form>
  );
}

/** A link that carries more than a code is handed on whole: the node reads the rest. */
function prefilledCode(params: URLSearchParams): string {
  const keys = [...params.keys()];
  if (!keys.includes('code')) return '';
  return keys.length === 1 ? normalizeCode(params.get('code') ?? '') : window.location.href;
}
