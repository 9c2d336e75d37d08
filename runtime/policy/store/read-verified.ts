import { type Bundle, type ReadOptions, readBundle } from '../bundle/read-bundle.ts'
import { lackingNeeds } from '../needs.ts'
import type { PolicyRefusal } from './policy-target.ts'
import { refuseBundle } from './refuse.ts'
import { type StateDirectory, StateError } from './state-directory.ts'

/** Who has to vouch for bundles. */
type Vouching = ReadOptions

/** A bundle that those have signed who must have, and that this runtime can do. */
export async function readVerified(bytes: Uint8Array, options: Vouching): Promise<Bundle | PolicyRefusal> {
  const read = await readBundle(bytes, readOptions(options))
  if (!read.ok) return refuseBundle(read.code, read.message)
  const lacking = lackingNeeds(read.bundle.manifest)
  if (lacking.length === 0) return read.bundle
  const names = lacking.map((need) => `\`${need}\``).join(', ')
  return refuseBundle('needs', `the policy needs ${names}, which this runtime does not have`)
}

/**
 * The sequence of the bundle that was kept as last good, −1 where there is none or it is not vouched for any more. It was
 * accepted even if the note of its sequence is older (the process was killed between the two) or gone. Throws `StateError` where
 * neither tells.
 */
export async function sequenceFound(state: StateDirectory, options: Vouching): Promise<number> {
  const { sequence: noted } = await state.note()
  const bytes = await state.lastGood()
  if (bytes === null) return -1
  const read = await readBundle(bytes, readOptions(options))
  if (read.ok) return read.bundle.manifest.sequence
  if (noted >= 0) return -1
  throw new StateError(
    `the last good bundle that was kept cannot be read (${read.code}), and there is no \`sequence.json\` beside it: ` +
      'restore it, or remove both to accept any',
  )
}

/** Nothing else of what else whoever asks is told. */
function readOptions({ keys, signatures, maxInflated }: Vouching): ReadOptions {
  return { keys, ...(signatures !== undefined && { signatures }), ...(maxInflated !== undefined && { maxInflated }) }
}
