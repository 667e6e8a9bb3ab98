import type { FleetId } from '../../core/wire/encoding/ids.ts';

/** How this browser comes into a fleet, brings others in, and goes. */
export interface FleetCommands {
  create(options: { fleetName: string; personName: string }): Promise<FleetId>;
  /** Takes an operator's invitation or any join link; a device link makes this an observer. */
  join(link: string, personName: string): Promise<FleetId>;
  /** A link that lets devices be admitted by themselves, or one person in with roles, until it expires. */
  invite(options: InviteOptions): Promise<string>;
  /** The text of a file from which another browser takes over this person's roles, with a key of its own. */
  makeBackup(passphrase: string): Promise<string>;
  /** Joins the fleet of a backup as the person who made it. */
  restoreBackup(file: string, passphrase: string): Promise<FleetId>;
  /** Forgets the fleet, the keys and all content of this browser. */
  leave(): Promise<void>;
}

export type InviteOptions =
  | {
      readonly for: 'device';
      readonly site: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly validMs: number;
    }
  | {
      readonly for: 'operator';
      readonly roles: readonly ('operator' | 'release')[];
      /** Where they reach: "/", or for releases alone a path below /releases. */
      readonly path: string;
      readonly validMs: number;
    };
