import { CopyButton } from './CopyButton.tsx';
import { QrCode } from './QrCode.tsx';

/** A link to hand on: to scan, to copy, to read. */
export function SharedLink(props: { readonly link: string; readonly note: string }) {
  return (
    <div className="ff-shared-link">
      <QrCode text={props.link} label="QR code of the link" sizePx={192} />
      <div className="ff-stack">
        <p className="ff-quiet">{props.note}</p>
        <output className="ff-code ff-break" data-testid="invite-link">
          {props.link}
        </output>
        <div>
          <CopyButton text={props.link} label="Copy link" />
        </div>
      </div>
    </div>
  );
}
