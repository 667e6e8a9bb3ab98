/** Beyond this a value would push the rest of its row off the screen; the ledger shows it whole. */
const SHOWN_CHARACTERS = 160;

/** A value as JSON, cut where it is long. */
export function ConfigText(props: { readonly json: string }) {
  const { json } = props;
  const cut = json.length > SHOWN_CHARACTERS;
  return (
    <code className="ff-code ff-config-text" data-testid="config-text">
      {cut ? `${json.slice(0, SHOWN_CHARACTERS)}…` : json}
    </code>
  );
}
