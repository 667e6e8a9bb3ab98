/**
 * What a web app finds as `window.fieldfare` while it runs as a release on a device of a Fieldfare fleet. Anywhere else there is none, so
 * an app asks `window.fieldfare?.healthy()`.
 */
export interface Fieldfare {
  /** Of the release that runs, from the first line of the app on. */
  readonly product: string;
  readonly version: string;
  /** Resolves when the device has said who it is and what the app should show; the four properties below are set from then on. */
  readonly ready: Promise<FieldfareContext>;
  readonly release: FieldfareContext['release'] | undefined;
  readonly device: FieldfareContext['device'] | undefined;
  readonly config: FieldfareContext['config'] | undefined;
  readonly services: FieldfareContext['services'] | undefined;
  /**
   * The app works: call it once what people need is on the screen. A release that is published with "calls fieldfare.healthy()" is kept
   * only if it does so in time. Calls after the first one change nothing.
   */
  healthy(): void;
  /**
   * The app does not work, and says why, in at most 200 characters. While the device tries the release, it goes back to the release before
   * and gives this reason. Later it only counts it, and the operators see it: it never goes back by itself then.
   */
  unhealthy(reason?: unknown): void;
  /**
   * Somebody is in the middle of something, as a sale: no other release takes over and nothing is loaded anew until then, or for as long
   * as the operators allow (30 minutes where they did not say). `until` is a Date, or milliseconds since 1970 as Date.now() has them; call
   * it again for more time, and with 0 when it is done. A page that is loaded anew has to say it anew.
   */
  busy(until: Date | number): void;
  /** Calls with the config as soon as it is known and whenever it changes; the returned function ends that. */
  onConfig(listener: (config: FieldfareContext['config']) => void): () => void;
}

export interface FieldfareContext {
  readonly release: { readonly product: string; readonly version: string };
  /** As the operators named it. */
  readonly device: {
    readonly name: string;
    readonly site: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  /** What the operators set for this device, by key. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the fleet says of its services, by name: `{ address, note }` each. */
  readonly services: Readonly<Record<string, unknown>>;
}

declare global {
  /** Also `window.fieldfare`, by which an app asks whether it is there. */
  var fieldfare: Fieldfare | undefined;
}
