import { CopyButton } from '../../components/CopyButton.tsx';
import { QrCode } from '../../components/QrCode.tsx';

/** Beyond this a code has squares too small for a camera at arm's length; a guess. */
const SCANNED_CHARACTERS = 1_800;

/** A text for the other browser: to scan, where it fits, and to copy. */
export function CarriedText(props: { readonly text: string; readonly note: string }) {
  return (
    <div className="ff-stack">
      <p>{props.note}</p>
      {props.text.length > SCANNED_CHARACTERS ? null : (
        <QrCode text={props.text} label="QR code of the text" sizePx={312} />
      )}
      <output
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard
        tabIndex={0}
        aria-label="Text for the other browser"
        className="ff-code ff-break ff-scroll-text"
        data-testid="carried-text"
      >
        {props.text}
      </output>
      <div>
        <CopyButton text={props.text} label="Copy text" />
      </div>
    </div>
  );
}
