/** What of a device's life is set from outside: how much patience it has with releases and with the machine that they run on. */
export interface DeviceConfig {
  /** Starts of a candidate, or bad ones of the running release, after which it is given up. */
  readonly maxStarts: number;
  /** A page that has loaded and sends no beat for so long is dead. */
  readonly silenceMs: number;
  /** The same until it has loaded. */
  readonly startSilenceMs: number;
  /** A release under the `quiet` rule that has not painted by then is not going to. */
  readonly paintMs: number;
  /** A running release that goes on for so long after it loaded has started well. */
  readonly settledMs: number;
  /** One that hangs less often than this is not given up. */
  readonly steadyMs: number;
  /** Pause before a running release whose frame failed is started again. */
  readonly restartMs: number;
}

export const DEFAULT_DEVICE_CONFIG: DeviceConfig = {
  // hawkBit and Mender retry a crashing start; three is the count of bad boots after which the design gives up on a release.
  maxStarts: 3,
  // A guess: beats come each second; a page busy for less than this is not dead. Shorter finds hangs sooner and forgives less.
  silenceMs: 10_000,
  // A guess: until it has loaded a page may be busy for so long, with code to compile and data to read.
  startSilenceMs: 30_000,
  // A guess, as long as that.
  paintMs: 30_000,
  // A guess: longer counts starts as bad that were none, shorter as good that were bad.
  settledMs: 3_000,
  // A guess. Longer takes back more, shorter bears more.
  steadyMs: 600_000,
  // A guess: longer leaves the screen without its app, shorter loads a machine that is in trouble.
  restartMs: 5_000,
};
