/** A fault planted by hand: in `file` the text `find`, which stands there once, gives way to `replace`. */
export interface PlantedFault {
  readonly file: string;
  readonly fault: string;
  readonly find: string;
  readonly replace: string;
  /** Unit tests that are to notice. */
  readonly tests: readonly string[];
  /** No test noticed it when it was planted first. */
  readonly since?: true;
}

export function plantedFaults(): PlantedFault[];
/** The file's text with the fault in it. Throws where the text is not there, or not once. */
export function plant(fault: PlantedFault, text: string): string;
