import { Kbd } from '@mantine/core';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { ACTIONS, NAVIGATION } from '../routes.tsx';

export default function ShortcutSheet(props: { readonly onClose: () => void }) {
  return (
    <ModalDialog title="Keyboard shortcuts" onClose={props.onClose}>
      <dl className="ff-shortcuts">
        <Line keys={['Ctrl', 'K']} text="Find anything" />
        <Line keys={['/']} text="Filter the list" />
        <Line keys={['?']} text="This list" />
        {ACTIONS.map((item) => (
          <Line key={item.path} keys={[item.key]} text={item.title} />
        ))}
        {NAVIGATION.map((item) => (
          <Line key={item.path} keys={['g', item.key]} text={item.title} />
        ))}
      </dl>
    </ModalDialog>
  );
}

function Line(props: { readonly keys: readonly string[]; readonly text: string }) {
  return (
    <div>
      <dt>{props.text}</dt>
      <dd>
        {props.keys.map((key) => (
          <Kbd key={key} size="sm">
            {key}
          </Kbd>
        ))}
      </dd>
    </div>
  );
}
