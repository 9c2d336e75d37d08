import { Inflate } from 'fflate'
import { MOST_BYTES, MOST_CHARACTERS, type SharedProject, ShareError, sharedProject, VERSION } from './shared-project.ts'

/** Bytes that are decompressed between two looks at the size: at most a thousand times as many come out. */
const STEP = 1_024

/**
 * Returns the project in the fragment of a link, without `#`.
 *
 * @throws ShareError if the fragment has another format or version, is cut off, or is larger than the bounds
 */
export function decodeShare(fragment: string): SharedProject {
  if (fragment.length > MOST_CHARACTERS)
    throw new ShareError(`the link is too long: expected at most ${MOST_CHARACTERS} characters, got ${fragment.length}`)
  const dot = fragment.indexOf('.')
  const version = fragment.slice(0, Math.max(dot, 0))
  if (!/^v\d{1,5}$/.test(version))
    throw new ShareError(`the link does not hold a policy: expected \`${VERSION}.\` after \`#\`, got \`${fragment.slice(0, 8)}\``)
  if (version !== VERSION)
    throw new ShareError(
      `the link has the format \`${version}\`, and this playground reads \`${VERSION}\`: reload the page, or ask for a new link`,
    )
  return sharedProject(parsed(inflated(fromBase64Url(fragment.slice(dot + 1)))))
}

function fromBase64Url(text: string): Uint8Array {
  if (!/^[\w-]+$/.test(text)) throw new ShareError('the link is damaged: it has characters that no link of the playground has')
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  } catch {
    throw new ShareError('the link is damaged: its end is missing')
  }
}

function inflated(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  let size = 0
  let isWhole = false
  const stream = new Inflate((part, isLast) => {
    size += part.length
    if (size > MOST_BYTES) throw new ShareError(`the link is too large: expected at most ${MOST_BYTES} bytes of files`)
    parts.push(part)
    isWhole = isLast
  })
  try {
    for (let at = 0; at < bytes.length; at += STEP) stream.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length)
  } catch (error) {
    if (error instanceof ShareError) throw error
    isWhole = false
  }
  if (!isWhole) throw new ShareError('the link is damaged: its compressed part cannot be read, or its end is missing')
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new ShareError('the link is damaged: its content is not JSON')
  }
}
