import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** What every benchmark, simulation and lab writes. */
export interface Report {
  readonly name: string;
  readonly machine: Machine;
  /** Empty outside of a git checkout; ends in "+" when files differ from it. */
  readonly commit: string;
  readonly seed: number;
  readonly rows: readonly Row[];
  readonly aims: readonly Aim[];
}

export type Row = Readonly<Record<string, string | number | boolean | Spread>>;

export interface Aim {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: number;
  readonly direction: 'atMost' | 'atLeast';
  readonly holds: boolean;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly node: string;
}

/** Of at least three rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('a spread needs at least one value');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    least: sorted[0]!,
    most: sorted.at(-1)!,
  };
}

export function aimOf(fields: Omit<Aim, 'holds'>): Aim {
  const { value, aim, direction } = fields;
  return { ...fields, holds: direction === 'atMost' ? value <= aim : value >= aim };
}

export function machineFacts(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

export function currentCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const differs = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${differs ? '+' : ''}`;
  } catch {
    return '';
  }
}

export function formatReport({ rows, aims }: Pick<Report, 'rows' | 'aims'>): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = [names, ...rows.map((row) => names.map((name) => formatCell(row[name])))];
  const widths = names.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const verdicts = aims.map(
    ({ name, value, unit, aim, direction, holds }) =>
      `${holds ? 'held  ' : 'MISSED'}  ${name}: ${formatNumber(value)} ${unit} (${direction === 'atMost' ? 'at most' : 'at least'} ${aim})`,
  );
  return [...lines, '', ...verdicts].join('\n');
}

function formatCell(value: Row[string] | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value !== 'object') return String(value);
  const { median, least, most } = value;
  return least === most
    ? formatNumber(median)
    : `${formatNumber(median)} (${formatNumber(least)}-${formatNumber(most)})`;
}

function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
