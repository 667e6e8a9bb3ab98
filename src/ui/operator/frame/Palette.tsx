import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useFleet } from '../FleetContext.tsx';
import { wordForStanding } from '../rollouts/rollout-status.ts';
import { ACTIONS, NAVIGATION } from '../routes.tsx';
import { navigate } from './hash-location.ts';
import { findItems, type PaletteItem } from './palette-search.ts';

export default function Palette(props: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const items = useItems();
  const found = useMemo(() => findItems(items, text), [items, text]);
  const go = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    props.onClose();
    navigate(item.path);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((at + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') go(found[at]);
  };
  return (
    <ModalDialog title="Find anything" onClose={props.onClose}>
      <TextInput
        data-autofocus
        aria-label="Find pages, devices, releases and rollouts"
        placeholder="A page, device, site, release or rollout"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="palette-results"
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {found.length === 0 ? (
        <p className="ff-quiet ff-palette-none">Nothing matches. Try part of a name, a site or a version.</p>
      ) : (
        <div id="palette-results" role="listbox" aria-label="Results" className="ff-palette">
          {found.map((item, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above handles keys (ARIA APG combobox pattern)
            <div
              key={item.path}
              id={`palette-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onClick={() => go(item)}
            >
              <span>{item.title}</span>
              <span className="ff-quiet">{item.kind}</span>
            </div>
          ))}
        </div>
      )}
    </ModalDialog>
  );
}

function useItems(): readonly PaletteItem[] {
  const devices = useFleet((model) => model.devices);
  const releases = useFleet((model) => model.releases);
  const rollouts = useFleet((model) => model.rollouts);
  return useMemo(
    () => [
      ...[...NAVIGATION, ...ACTIONS].map((item) => ({
        path: item.path,
        title: item.title,
        kind: 'page',
        words: '',
      })),
      ...devices.map((device) => ({
        path: `/devices/${device.id}`,
        title: device.name,
        kind: `device, ${device.site}`,
        words: device.id,
      })),
      ...releases.map((release) => ({
        path: `/releases/${release.id}`,
        title: `${release.product} ${release.label}`,
        kind: 'release',
        words: release.id,
      })),
      ...rollouts.map((rollout) => ({
        path: `/rollouts/${rollout.id}`,
        title: `${rollout.product} ${rollout.version}`,
        kind: `rollout, ${wordForStanding(rollout.standing)}`,
        words: rollout.authorName,
      })),
    ],
    [devices, releases, rollouts],
  );
}
