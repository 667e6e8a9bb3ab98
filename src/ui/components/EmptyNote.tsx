/** What is missing and the next step, in place of an empty list. */
export function EmptyNote(props: {
  readonly title: string;
  readonly children: React.ReactNode;
  readonly action?: React.ReactNode;
}) {
  return (
    <div className="ff-empty">
      <p className="ff-empty-title">{props.title}</p>
      <p className="ff-quiet">{props.children}</p>
      {props.action}
    </div>
  );
}
