import { formatAgo, formatInstant } from './format.ts';
import { useNow } from './useNow.ts';

/** "3 min ago", with the instant as a title; `never` when nothing is known. */
export function Ago(props: { readonly atMs: number | undefined; readonly never?: string }) {
  const nowMs = useNow();
  if (props.atMs === undefined) return <span className="ff-quiet">{props.never ?? 'never'}</span>;
  return (
    <time
      dateTime={new Date(props.atMs).toISOString()}
      title={formatInstant(props.atMs)}
      className="ff-nowrap"
    >
      {formatAgo(props.atMs, nowMs)}
    </time>
  );
}
