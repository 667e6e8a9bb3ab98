/** What was asked for on the command line cannot be done; the message is fit to show. */
export class InvalidOption extends Error {
  override readonly name = 'InvalidOption';
}
