/** The demo cannot go on; the message is fit to show. */
export class DemoFailed extends Error {
  override readonly name = 'DemoFailed';
}
