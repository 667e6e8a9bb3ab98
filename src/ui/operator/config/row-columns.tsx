import { Button } from '@mantine/core';
import { Ago } from '../../components/Ago.tsx';
import type { Column } from '../../components/DataTable.tsx';

/** Who wrote a row of the config or the services, and when by that person's clock. */
export function writtenColumns<
  Row extends { readonly author: string; readonly timeMs: number },
>(): readonly Column<Row>[] {
  return [
    { key: 'author', title: 'Set by', sortBy: (row) => row.author, cell: (row) => row.author },
    {
      key: 'time',
      title: 'Their clock',
      sortBy: (row) => row.timeMs,
      cell: (row) => <Ago atMs={row.timeMs} />,
    },
  ];
}

/** The buttons of a row; `nameOf` tells rows apart for who hears the page. */
export function changeColumn<Row>(deps: {
  readonly nameOf: (row: Row) => string;
  readonly onChange: (row: Row) => void;
  readonly onRemove: (row: Row) => void;
}): Column<Row> {
  return {
    key: 'act',
    title: 'Change',
    card: 'wide',
    cell: (row) => (
      <div className="ff-config-acts">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Change ${deps.nameOf(row)}`}
          onClick={() => deps.onChange(row)}
        >
          Change
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Remove ${deps.nameOf(row)}`}
          onClick={() => deps.onRemove(row)}
        >
          Remove
        </Button>
      </div>
    ),
  };
}
