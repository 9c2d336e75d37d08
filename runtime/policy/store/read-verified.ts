import { type Bundle, type ReadOptions, readBundle } from '../bundle/read-bundle.ts'
import { lackingNeeds } from '../needs.ts'
import type { PolicyRefusal } from './policy-target.ts'
import { refuseBundle } from './refuse.ts'
import { type StateDirectory, StateError } from './state-directory.ts'

type Vouching = ReadOptions

/** Reads a bundle and checks that it has all required signatures and only supported requirements. */
export async function readVerified(bytes: Uint8Array, options: Vouching): Promise<Bundle | PolicyRefusal> {
  const read = await readBundle(bytes, readOptions(options))
  if (!read.ok) return refuseBundle(read.code, read.message)
  const lacking = lackingNeeds(read.bundle.manifest)
  if (lacking.length === 0) return read.bundle
  const names = lacking.map((need) => `\`${need}\``).join(', ')
  return refuseBundle('needs', `the policy needs ${names}, which this runtime does not have`)
}

/**
 * Returns the sequence number of the last good bundle, or −1 if there is none or it is no longer trusted. The bundle counts
 * even if its note is missing or older, because the process may have been killed in between.
 *
 * @throws StateError if neither bundle nor note is readable
 */
export async function sequenceFound(state: StateDirectory, options: Vouching): Promise<number> {
  const { sequence: noted } = await state.note()
  const bytes = await state.lastGood()
  if (bytes === null) return -1
  const read = await readBundle(bytes, readOptions(options))
  if (read.ok) return read.bundle.manifest.sequence
  if (noted >= 0) return -1
  throw new StateError(
    `the last good bundle in \`bundle.state\` cannot be read (${read.code}), and \`sequence.json\` is missing there: ` +
      'restore it, or remove both to accept any sequence',
  )
}

function readOptions({ keys, signatures, maxInflated }: Vouching): ReadOptions {
  return { keys, ...(signatures !== undefined && { signatures }), ...(maxInflated !== undefined && { maxInflated }) }
}
