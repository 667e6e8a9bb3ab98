/** Beyond this a value would push the rest of its row off the screen; the ledger shows it whole. */
const SHOWN_CHARACTERS = 160;

/** A value as JSON in one line, cut where it is long. */
export function ConfigText(props: { readonly json: string }) {
  const line = JSON.stringify(JSON.parse(props.json));
  return (
    <code className="ff-code ff-config-text" data-testid="config-text">
      {line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line}
    </code>
  );
}
