import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Fragment, useMemo } from 'react';
import './data-table.css';
import { countOf } from './format.ts';
import { pageOf, type SortValue, sortRows, type TableState } from './table-state.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => React.ReactNode;
  /** Absent: the column does not sort. */
  readonly sortBy?: (row: Row) => SortValue;
  readonly numeric?: boolean;
  /** How a phone's card shows it: in its head, in half a line (when absent), or in a line of its own. */
  readonly card?: 'title' | 'half' | 'wide';
}

export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowName: (row: Row) => string;
  /** Attributes of the row's element, such as `data-testid`. */
  readonly rowAttributes?: (row: Row) => Readonly<Record<`data-${string}`, string>>;
  /** Rows follow a heading for each group, in the order in which they are sorted. */
  readonly groupBy?: (row: Row) => string;
  readonly state: TableState;
  readonly onState: (state: Partial<TableState>) => void;
  readonly selection?: Selection;
  readonly empty: React.ReactNode;
}

/** A sorted, paged list: a table, or cards where a table would not fit. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const sortColumn = props.columns.find((column) => column.key === props.state.sortKey);
  const { rows, state } = props;
  const sorted = useMemo(
    () => sortRows(rows, sortColumn?.sortBy, state.descending),
    [rows, sortColumn, state.descending],
  );
  const page = pageOf(sorted, props.state.page);
  if (props.rows.length === 0) return <>{props.empty}</>;
  const Body = narrow === true ? Cards : Rows;
  return (
    <div className="ff-table-frame">
      <Body {...props} rows={page.rows} allRows={sorted} />
      {page.pageCount > 1 ? (
        <nav className="ff-pager" aria-label={`Pages of ${props.label}`}>
          <Button
            variant="default"
            size="xs"
            disabled={page.page === 1}
            onClick={() => props.onState({ page: page.page - 1 })}
          >
            Previous
          </Button>
          <span>
            {(page.firstIndex + 1).toLocaleString('en')} to{' '}
            {(page.firstIndex + page.rows.length).toLocaleString('en')} of{' '}
            {sorted.length.toLocaleString('en')}
          </span>
          <Button
            variant="default"
            size="xs"
            disabled={page.page === page.pageCount}
            onClick={() => props.onState({ page: page.page + 1 })}
          >
            Next
          </Button>
        </nav>
      ) : null}
    </div>
  );
}

type BodyProps<Row> = DataTableProps<Row> & { readonly allRows: readonly Row[] };

function Rows<Row>(props: BodyProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard
    <section className="ff-table-scroll" aria-label={props.label} tabIndex={0}>
      <table className="ff-table">
        <thead>
          <tr>
            {props.selection === undefined ? null : (
              <td className="ff-table-pick">
                <SelectAll allRows={props.allRows} rowKey={props.rowKey} selection={props.selection} />
              </td>
            )}
            {props.columns.map((column) => (
              <HeaderCell key={column.key} column={column} state={props.state} onState={props.onState} />
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row, index) => (
            <Fragment key={props.rowKey(row)}>
              {startsGroup(props, index) ? (
                <tr className="ff-table-group">
                  <th
                    scope="rowgroup"
                    colSpan={props.columns.length + (props.selection === undefined ? 0 : 1)}
                  >
                    {props.groupBy?.(row)}
                  </th>
                </tr>
              ) : null}
              <tr {...props.rowAttributes?.(row)}>
                {props.selection === undefined ? null : (
                  <td className="ff-table-pick">
                    <SelectOne {...props} selection={props.selection} row={row} />
                  </td>
                )}
                {props.columns.map((column) => (
                  <td key={column.key} data-numeric={column.numeric}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function startsGroup<Row>({ rows, groupBy }: BodyProps<Row>, index: number): boolean {
  const [row, before] = [rows[index], rows[index - 1]];
  return (
    groupBy !== undefined && row !== undefined && (before === undefined || groupBy(before) !== groupBy(row))
  );
}

function HeaderCell<Row>(props: {
  readonly column: Column<Row>;
  readonly state: TableState;
  readonly onState: DataTableProps<Row>['onState'];
}) {
  const { column, state } = props;
  if (column.sortBy === undefined) {
    return (
      <th scope="col" data-numeric={column.numeric}>
        {column.title}
      </th>
    );
  }
  const active = state.sortKey === column.key;
  const sort = active ? (state.descending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" aria-sort={sort} data-numeric={column.numeric}>
      <button
        type="button"
        className="ff-table-sort"
        onClick={() =>
          props.onState({ sortKey: column.key, descending: active && !state.descending, page: 1 })
        }
      >
        {column.title}
        <span aria-hidden="true">{active ? (state.descending ? '↓' : '↑') : ''}</span>
      </button>
    </th>
  );
}

function Cards<Row>(props: BodyProps<Row>) {
  const titles = props.columns.filter((column) => column.card === 'title');
  const lines = props.columns.filter((column) => column.card !== 'title');
  return (
    <>
      {props.selection === undefined ? null : (
        <div className="ff-row">
          <SelectAll
            allRows={props.allRows}
            rowKey={props.rowKey}
            selection={props.selection}
            label={`Select all ${countOf(props.allRows.length, 'row')}`}
          />
        </div>
      )}
      <ul className="ff-cards" aria-label={props.label}>
        {props.rows.map((row) => (
          <li key={props.rowKey(row)} className="ff-data-card" {...props.rowAttributes?.(row)}>
            <div className="ff-data-card-head">
              {props.selection === undefined ? null : (
                <SelectOne {...props} selection={props.selection} row={row} />
              )}
              {titles.map((column) => (
                <div key={column.key}>{column.cell(row)}</div>
              ))}
            </div>
            <dl className="ff-facts">
              {lines.map((column) => (
                <div key={column.key} data-card={column.card}>
                  <dt>{column.title}</dt>
                  <dd>{column.cell(row)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}

function SelectAll<Row>(
  props: Pick<BodyProps<Row>, 'allRows' | 'rowKey'> & {
    readonly selection: Selection;
    readonly label?: string;
  },
) {
  const { chosen, onChange } = props.selection;
  const keys = props.allRows.map(props.rowKey);
  const count = keys.filter((key) => chosen.has(key)).length;
  return (
    <label className="ff-pick">
      <input
        type="checkbox"
        ref={(input) => {
          if (input !== null) input.indeterminate = count > 0 && count < keys.length;
        }}
        {...(props.label === undefined ? { 'aria-label': 'Select all rows' } : {})}
        checked={count > 0 && count === keys.length}
        onChange={() => onChange(new Set(count === keys.length ? [] : keys))}
      />
      {props.label}
    </label>
  );
}

function SelectOne<Row>(
  props: Pick<BodyProps<Row>, 'rowKey' | 'rowName'> & { readonly selection: Selection; readonly row: Row },
) {
  const { chosen, onChange } = props.selection;
  const key = props.rowKey(props.row);
  return (
    <input
      type="checkbox"
      className="ff-pick"
      aria-label={`Select ${props.rowName(props.row)}`}
      checked={chosen.has(key)}
      onChange={(event) => {
        const next = new Set(chosen);
        if (event.currentTarget.checked) next.add(key);
        else next.delete(key);
        onChange(next);
      }}
    />
  );
}
