import { resolve } from 'node:path'
import { type PrivateSigningKey, readSigningKey } from '../../compiler/bundle/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { type PublicKey, readPublicKeys } from '../../runtime/policy/index.ts'
import type { Io } from '../io.ts'
import { Stop } from '../stop.ts'

/** Private signing keys from files, JWK or PEM. */
export function readSigners(io: Io, paths: readonly string[]): readonly PrivateSigningKey[] {
  return paths.map((path) => {
    const read = readSigningKey(readKeyFile(io, path, '`iap keygen -o FILE` makes one'))
    if (!read.ok) throw new Stop(`\`${path}\` cannot sign: ${read.message}`)
    return read.key
  })
}

/** Public keys from files, each a JWK, a JWK Set or PEM. */
export function readTrusted(io: Io, paths: readonly string[]): readonly PublicKey[] {
  return paths.flatMap((path) => {
    const read = readPublicKeys(readKeyFile(io, path, '`iap keygen -o FILE --public FILE` makes a pair'))
    if (!read.ok) throw new Stop(`\`${path}\` cannot verify: ${read.message}`)
    return read.keys
  })
}

function readKeyFile(io: Io, path: string, help: string): string {
  let text: string | null
  try {
    text = io.files.readText(resolve(io.cwd, path))
  } catch (error) {
    throw new Stop(`the key \`${path}\` cannot be read: ${reasonOf(error)}`)
  }
  if (text === null) throw new Stop(`the key \`${path}\` does not exist`, help)
  return text
}
