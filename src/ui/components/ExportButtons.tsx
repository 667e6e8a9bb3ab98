import { Button, Group } from '@mantine/core';
import { type ExportRow, toCsv } from './delimited.ts';
import { saveFile } from './saveFile.ts';

/** Saves what the list shows now; `rows` is called on a click only. */
export function ExportButtons(props: { readonly name: string; readonly rows: () => readonly ExportRow[] }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => saveFile(`${props.name}.csv`, 'text/csv', toCsv(props.rows()))}
      >
        Export CSV
      </Button>
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() =>
          saveFile(`${props.name}.json`, 'application/json', JSON.stringify(props.rows(), null, 2))
        }
      >
        Export JSON
      </Button>
    </Group>
  );
}
