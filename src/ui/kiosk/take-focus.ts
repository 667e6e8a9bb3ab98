/** For a screen that opens over an app: until it has the focus, keys go to the app's frame, and Escape closes nothing. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
