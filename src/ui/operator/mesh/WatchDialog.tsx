import { Button, Radio, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { WatchChoice } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';

/** Fewer are found by eye. */
const FILTER_FROM = 10;

/** Which sites this browser hears device by device. */
export function WatchDialog(props: { readonly onClose: () => void }) {
  const commands = useCommands();
  const choice = useFleet((model) => model.watch.choice);
  const sites = useFleet((model) => model.sites);
  const [type, setType] = useState(choice.type);
  const [named, setNamed] = useState<ReadonlySet<string>>(
    () => new Set(choice.type === 'named' ? choice.sites : []),
  );
  const [text, setText] = useState('');
  const form = useCommandForm(
    () => commands.mesh.watchSites(type === 'named' ? { type, sites: [...named].sort() } : { type }),
    props.onClose,
  );
  // A site that was chosen stays in the list when its last device has left.
  const names = useMemo(
    () => [...new Set([...sites.map(({ name }) => name), ...(choice.type === 'named' ? choice.sites : [])])],
    [sites, choice],
  );
  const shown = names.filter((name) => name.toLowerCase().includes(text.trim().toLowerCase()));
  const toggle = (name: string) => {
    const next = new Set(named);
    if (!next.delete(name)) next.add(name);
    setNamed(next);
  };
  return (
    <ModalDialog title="Sites to watch" onClose={props.onClose}>
      <form className="ff-stack" aria-label="Sites to watch" onSubmit={form.submit}>
        <p className="ff-quiet">
          Of a site that is watched every device's own word comes here as it is said. Of any other site one of
          its devices says every half minute how many are there and what they run.
        </p>
        <Radio.Group label="Watch" value={type} onChange={(value) => setType(value as WatchChoice['type'])}>
          <div className="ff-stack ff-watch-kinds">
            <Radio
              value="by-size"
              label="All sites while the fleet is small"
              description="Up to 2,000 devices. In a larger one, the sites whose pages are open."
            />
            <Radio
              value="all"
              label="All sites"
              description="However many devices there are: this browser takes what all of them say."
            />
            <Radio
              value="named"
              label="These sites"
              description="And any other for as long as its page, or a device of it, is open."
            />
          </div>
        </Radio.Group>
        {type === 'named' ? (
          <fieldset className="ff-watch-sites">
            <legend className="ff-quiet">{countOf(named.size, 'site')} chosen</legend>
            {names.length < FILTER_FROM ? null : (
              <TextInput
                type="search"
                label="Filter sites"
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
              />
            )}
            <ul>
              {shown.map((name) => (
                <li key={name}>
                  <label className="ff-pick">
                    <input type="checkbox" checked={named.has(name)} onChange={() => toggle(name)} />
                    <span className="ff-break">{name || 'No site'}</span>
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
        ) : null}
        <FormEnd form={form} label="Watch" busyLabel="Telling neighbours" refusal="" />
        <div>
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
