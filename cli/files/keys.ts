import { type PrivateSigningKey, readSigningKey } from '../../compiler/bundle/index.ts'
import { type PublicKey, readPublicKeys } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { readTextFile } from './read-file.ts'

/**
 * Reads the private keys with which bundles are signed, each in a file as a JWK or PEM.
 *
 * @throws CliError if a file is not a private Ed25519 key
 */
export function readSigners(io: Io, paths: readonly string[]): readonly PrivateSigningKey[] {
  return paths.map((path) => {
    const read = readSigningKey(readKeyFile(io, path, 'create one with `iap keygen -o FILE`'))
    if (!read.ok) throw new CliError(`\`${path}\` cannot sign: ${read.message}`, 'give a private key that `iap keygen` created')
    return read.key
  })
}

/**
 * Reads the public keys with which signatures of bundles are verified, each file a JWK, a JWK Set or PEM.
 *
 * @throws CliError if a file is not a public Ed25519 key
 */
export function readTrusted(io: Io, paths: readonly string[]): readonly PublicKey[] {
  return paths.flatMap((path) => {
    const read = readPublicKeys(readKeyFile(io, path, 'create a key pair with `iap keygen -o FILE --public FILE`'))
    if (!read.ok)
      throw new CliError(
        `\`${path}\` cannot verify: ${read.message}`,
        'give the public key that `iap keygen --public FILE` wrote',
      )
    return read.keys
  })
}

function readKeyFile(io: Io, path: string, help: string): string {
  return readTextFile(io, path, help, `the key \`${path}\``)
}
