import { deflateSync, strToU8 } from 'fflate'
import {
  MOST_BYTES,
  MOST_CHARACTERS,
  type SharedFile,
  ShareError,
  type ShareOptions,
  sharedProject,
  VERSION,
} from './shared-project.ts'

/**
 * Returns the fragment of a link to the playground, without `#`. The same input gives the same fragment, in Node and browsers.
 *
 * @throws ShareError if there are no files, if a file name is not allowed, or if the project is too large for a link
 * @example
 * `/playground/?embed#${encodeShare([{ name: 'policy.iap', text }], { panel: 'tests' })}`
 */
export function encodeShare(files: readonly SharedFile[], options: ShareOptions = {}): string {
  const bytes = strToU8(JSON.stringify(sharedProject({ ...options, files })))
  if (bytes.length > MOST_BYTES)
    throw new ShareError(`the files are too large for a link: expected at most ${MOST_BYTES} bytes, got ${bytes.length}`)
  const fragment = `${VERSION}.${toBase64Url(deflateSync(bytes, { level: 9 }))}`
  if (fragment.length <= MOST_CHARACTERS) return fragment
  throw new ShareError(
    `the files are too large for a link: expected at most ${MOST_CHARACTERS} characters when compressed, got ${fragment.length}`,
  )
}

function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
