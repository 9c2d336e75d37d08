import type { Manifest } from '../abi/index.ts'

/**
 * What this runtime can do of what a policy may ask: the one table. Whoever adds a line adds its test. A bundle that asks for more is
 * refused by name, so that a rule is never passed over in silence.
 */
export const SUPPORTED_NEEDS: ReadonlySet<string> = new Set(['identity:jwt'])

/** What the policy asks for and this runtime lacks, as in the manifest. */
export function lackingNeeds(manifest: Manifest): readonly string[] {
  return manifest.needs.filter((need) => !SUPPORTED_NEEDS.has(need))
}
