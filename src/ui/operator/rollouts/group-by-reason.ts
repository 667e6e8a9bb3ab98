export interface ReasonGroup<Row> {
  readonly reason: string;
  readonly rows: readonly Row[];
}

/** Rows with the same reason together, the most frequent reason first. */
export function groupByReason<Row extends { readonly reason: string }>(
  rows: readonly Row[],
): readonly ReasonGroup<Row>[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const reason = row.reason === '' ? 'No reason was given' : row.reason;
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, [row]);
    else group.push(row);
  }
  return [...groups]
    .map(([reason, grouped]) => ({ reason, rows: grouped }))
    .sort((a, b) => b.rows.length - a.rows.length || (a.reason < b.reason ? -1 : 1));
}
