import type { RoomState } from '../../store/model.ts';

/** One line about a connection: a shape that differs for each state, and the words. */
export function SignalLine(props: { readonly state: RoomState['state']; readonly text: string }) {
  return (
    <p className="kiosk-signal" data-signal={props.state} role="status">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {props.state === 'joined' && <circle cx="12" cy="12" r="9" className="kiosk-signal-fill" />}
        {props.state === 'dialing' && <circle cx="12" cy="12" r="8" className="kiosk-signal-ring" />}
        {props.state === 'lost' && <path d="M12 2 23 21H1Z" className="kiosk-signal-fill" />}
      </svg>
      <span>{props.text}</span>
    </p>
  );
}
