import { useState } from 'react';
import { formatBytes, formatPercent } from './format.ts';
import { formatTimeLeft } from './time-left.ts';

/** A bar, how much of how much, and how long it will take; its clock starts when it is first shown. */
export function BytesLine(props: {
  readonly label: string;
  readonly doneBytes: number;
  readonly sizeBytes: number;
}) {
  const { label, doneBytes, sizeBytes } = props;
  const [sinceMs] = useState(() => performance.now());
  const left = formatTimeLeft(doneBytes, sizeBytes, performance.now() - sinceMs);
  return (
    <>
      <progress value={doneBytes} max={Math.max(1, sizeBytes)} aria-label={label} />
      <span className="ff-quiet">
        {formatPercent(doneBytes, sizeBytes)} of {formatBytes(sizeBytes)}
        {left === '' ? '' : `, ${left}`}
      </span>
    </>
  );
}
