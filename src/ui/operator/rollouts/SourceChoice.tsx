import { Group, Radio } from '@mantine/core';

export function SourceChoice(props: {
  readonly fromFolder: boolean;
  readonly onChange: (fromFolder: boolean) => void;
}) {
  return (
    <Radio.Group
      label="What to roll out"
      value={props.fromFolder ? 'folder' : 'release'}
      onChange={(value) => props.onChange(value === 'folder')}
    >
      <Group mt={8} gap={24}>
        <Radio value="folder" label="A folder from this computer" />
        <Radio value="release" label="A release that is published" />
      </Group>
    </Radio.Group>
  );
}
