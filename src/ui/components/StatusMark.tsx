import type { Status, Tone } from './stage-status.ts';
import './status.css';

/** One shape a tone, drawn on a 12-unit grid: disc with tick, half disc, cross, triangle, ring, dashed ring. */
const SHAPE: Readonly<Record<Tone, React.ReactNode>> = {
  good: (
    <>
      <circle cx="6" cy="6" r="5.5" fill="currentColor" />
      <path d="M3.4 6.2 5.3 8 8.6 4.3" fill="none" stroke="var(--ff-on-status)" strokeWidth="1.6" />
    </>
  ),
  underway: (
    <>
      <circle cx="6" cy="6" r="4.7" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 1.3a4.7 4.7 0 0 1 0 9.4z" fill="currentColor" />
    </>
  ),
  bad: (
    <>
      <rect x="0.5" y="0.5" width="11" height="11" rx="2" fill="currentColor" />
      <path d="m3.5 3.5 5 5m0-5-5 5" stroke="var(--ff-on-status)" strokeWidth="1.6" />
    </>
  ),
  warning: <path d="M6 0.8 11.6 11H0.4z" fill="currentColor" />,
  still: <circle cx="6" cy="6" r="4.7" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  unknown: (
    <circle
      cx="6"
      cy="6"
      r="4.7"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeDasharray="2.4 2.5"
    />
  ),
};

export function StatusShape(props: { readonly tone: Tone }) {
  return (
    <svg className="ff-status-shape" data-tone={props.tone} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPE[props.tone]}
    </svg>
  );
}

/** Shape, colour and word together. */
export function StatusMark(props: { readonly status: Status }) {
  return (
    <span className="ff-status">
      <StatusShape tone={props.status.tone} />
      {props.status.label}
    </span>
  );
}
