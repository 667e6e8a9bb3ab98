/** What of Plumtree is set from outside; the rest stays beside the code (docs/adr/0016-configs-of-the-machines.md). */
export interface PlumtreeConfig {
  /** How long what was announced may take along the tree before it is asked for: Plumtree's first timer, with a spread drawn by chance. */
  readonly graft: { readonly leastMs: number; readonly spreadMs: number };
  /** Until the next announcer is asked, and for each item asked for at once so much more: Plumtree's second timer. */
  readonly askAgain: { readonly baseMs: number; readonly eachMs: number };
  /** How long announcements are gathered: of what goes along the tree besides, of what does not, and at most, though items never stop. */
  readonly gather: { readonly pushedMs: number; readonly unpushedMs: number; readonly mostMs: number };
}

export const DEFAULT_PLUMTREE_CONFIG: PlumtreeConfig = {
  // A guess: shorter mends sooner, longer asks less in vain. Spread, because all below a break notice it: whoever asks first mends it for
  // the others, and one that asks makes no circles.
  graft: { leastMs: 70, spreadMs: 300 },
  // Guesses; Plumtree: shorter than the first wait.
  askAgain: { baseMs: 250, eachMs: 4 },
  // Guesses: longer makes fewer frames and more neighbours who turn out to hold the items, shorter mends the tree sooner. Measured on a
  // busy machine: shorter than a wave takes, they slow down those who still wait for it. What nobody pushes is spread by announcements alone.
  gather: { pushedMs: 160, unpushedMs: 20, mostMs: 400 },
};
