export type ExportCell = string | number | boolean | undefined;
export type ExportRow = Readonly<Record<string, ExportCell>>;

/**
 * RFC 4180 text. A cell that a spreadsheet would run as a formula gets a leading apostrophe: device names and reasons
 * come from other nodes, and "=HYPERLINK(...)" in one must stay text (CSV injection).
 */
export function toCsv(rows: readonly ExportRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((cells) => cells.map(toCell).join(',')).join('\r\n');
}

function toCell(value: ExportCell): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
