import { type Bundle, type ReadOptions, readBundle } from '../bundle/read-bundle.ts'
import { lackingNeeds } from '../needs.ts'
import type { PolicyRefusal } from './policy-target.ts'
import { refuseBundle } from './refuse.ts'
import { type StateDirectory, StateError } from './state-directory.ts'

type Vouching = ReadOptions

/** Reads a bundle with all required signatures and supported needs. */
export async function readVerified(bytes: Uint8Array, options: Vouching): Promise<Bundle | PolicyRefusal> {
  const read = await readBundle(bytes, readOptions(options))
  if (!read.ok) return refuseBundle(read.code, read.message)
  const lacking = lackingNeeds(read.bundle.manifest)
  if (lacking.length === 0) return read.bundle
  const names = lacking.map((need) => `\`${need}\``).join(', ')
  return refuseBundle('needs', `the policy needs ${names}, which this runtime does not have`)
}

/**
 * Returns the sequence of the last good bundle; −1: none, or no longer trusted. It was accepted even if its note is older (killed
 * in between) or missing.
 * @throws StateError if neither tells
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

function readOptions({ keys, signatures, maxInflated }: Vouching): ReadOptions {
  return { keys, ...(signatures !== undefined && { signatures }), ...(maxInflated !== undefined && { maxInflated }) }
}
