import type { SourceFile } from './source-file.ts';

/**
 * Names in the form of Unicode that releases have (NFC; UAX #15). Macs hand out decomposed ones, and what a page asks for is looked
 * up in the same form. Two names that become one are a problem: which of the files is meant?
 */
export function normaliseNames<File extends Pick<SourceFile, 'path'>>(
  files: readonly File[],
): { readonly files: readonly File[]; readonly problems: readonly string[] } {
  const seen = new Set<string>();
  const problems: string[] = [];
  const normalised = files.flatMap((file) => {
    const path = file.path.normalize('NFC');
    if (seen.has(path)) {
      problems.push(
        `The folder has "${path}" twice, in two spellings of Unicode that look the same. Rename or delete one of them.`,
      );
      return [];
    }
    seen.add(path);
    return path === file.path ? file : { ...file, path };
  });
  return { files: normalised, problems };
}
