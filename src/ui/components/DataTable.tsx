import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Fragment, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import './data-table.css';
import { countOf } from './format.ts';
import { createRowSorter, pageOf, type SortValue, type TableState } from './table-state.ts';

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
  /** Attributes of the row's element, such as `data-testid`. Where this and `columns` stay the same, a row that does is not drawn again. */
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
  const [sort] = useState(createRowSorter);
  const sorted = useMemo(
    () => sort(rows, sortColumn?.sortBy, state.descending),
    [sort, rows, sortColumn, state.descending],
  );
  const page = pageOf(sorted, props.state.page);
  const pick = usePick(props.selection);
  if (props.rows.length === 0) return <>{props.empty}</>;
  const Body = narrow === true ? Cards : Rows;
  return (
    <div className="ff-table-frame">
      <Body {...props} rows={page.rows} allRows={sorted} pick={pick} />
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

type PickRow = (key: string, isChosen: boolean) => void;

type BodyProps<Row> = DataTableProps<Row> & { readonly allRows: readonly Row[]; readonly pick: PickRow };

/** The same function whatever is chosen, so that a row hangs on its own choice alone. */
function usePick(selection: Selection | undefined): PickRow {
  const latest = useRef(selection);
  useEffect(() => {
    latest.current = selection;
  }, [selection]);
  return useCallback((key, isChosen) => {
    const next = new Set(latest.current?.chosen);
    if (isChosen) next.add(key);
    else next.delete(key);
    latest.current?.onChange(next);
  }, []);
}

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
              <TableRow {...rowProps(props, row)} />
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly rowAttributes: DataTableProps<Row>['rowAttributes'];
  /** Undefined where rows are not chosen. */
  readonly isChosen: boolean | undefined;
  readonly rowKey: string;
  readonly rowName: string;
  readonly pick: PickRow;
}

function rowProps<Row>(props: BodyProps<Row>, row: Row): RowProps<Row> {
  const rowKey = props.rowKey(row);
  return {
    row,
    columns: props.columns,
    rowAttributes: props.rowAttributes,
    isChosen: props.selection?.chosen.has(rowKey),
    rowKey,
    rowName: props.rowName(row),
    pick: props.pick,
  };
}

const TableRow = memo(function TableRow<Row>(props: RowProps<Row>) {
  return (
    <tr {...props.rowAttributes?.(props.row)}>
      {props.isChosen === undefined ? null : (
        <td className="ff-table-pick">
          <SelectOne {...props} isChosen={props.isChosen} />
        </td>
      )}
      {props.columns.map((column) => (
        <td key={column.key} data-numeric={column.numeric}>
          {column.cell(props.row)}
        </td>
      ))}
    </tr>
  );
}) as <Row>(props: RowProps<Row>) => React.ReactNode;

const Card = memo(function Card<Row>(props: RowProps<Row>) {
  const titles = props.columns.filter((column) => column.card === 'title');
  const lines = props.columns.filter((column) => column.card !== 'title');
  return (
    <li className="ff-data-card" {...props.rowAttributes?.(props.row)}>
      <div className="ff-data-card-head">
        {props.isChosen === undefined ? null : <SelectOne {...props} isChosen={props.isChosen} />}
        {titles.map((column) => (
          <div key={column.key}>{column.cell(props.row)}</div>
        ))}
      </div>
      <dl className="ff-facts">
        {lines.map((column) => (
          <div key={column.key} data-card={column.card}>
            <dt>{column.title}</dt>
            <dd>{column.cell(props.row)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}) as <Row>(props: RowProps<Row>) => React.ReactNode;

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
          <Card key={props.rowKey(row)} {...rowProps(props, row)} />
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
  const isAny = chosen.size > 0 && props.allRows.some((row) => chosen.has(props.rowKey(row)));
  const isAll = isAny && props.allRows.every((row) => chosen.has(props.rowKey(row)));
  return (
    <label className="ff-pick">
      <input
        type="checkbox"
        ref={(input) => {
          if (input !== null) input.indeterminate = isAny && !isAll;
        }}
        {...(props.label === undefined ? { 'aria-label': 'Select all rows' } : {})}
        checked={isAll}
        onChange={() => onChange(new Set(isAll ? [] : props.allRows.map(props.rowKey)))}
      />
      {props.label}
    </label>
  );
}

function SelectOne<Row>({
  isChosen,
  rowKey,
  rowName,
  pick,
}: Pick<RowProps<Row>, 'rowKey' | 'rowName' | 'pick'> & { readonly isChosen: boolean }) {
  return (
    <input
      type="checkbox"
      className="ff-pick"
      aria-label={`Select ${rowName}`}
      checked={isChosen}
      onChange={(event) => pick(rowKey, event.currentTarget.checked)}
    />
  );
}
