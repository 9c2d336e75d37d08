import { resolve } from 'node:path'
import { type PrivateSigningKey, readSigningKey } from '../../compiler/bundle/index.ts'
import { resolveSecret } from '../../runtime/base/secret.ts'
import { type PublicKey, readPublicKeys } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { readStandardInput, readTextFile } from './read-file.ts'

/**
 * Reads the private keys with which bundles are signed, each a JWK or PEM: in files, on standard input (`-`), and in environment
 * variables.
 *
 * @throws CliError if one is not a private Ed25519 key
 */
export async function readSigners(
  io: Io,
  { sign, 'sign-env': variables }: { readonly sign: readonly string[]; readonly 'sign-env': readonly string[] },
): Promise<readonly PrivateSigningKey[]> {
  return (await readKeyTexts(io, 'sign', sign, variables)).map(({ text, shown }) => signingKey(text, shown))
}

export interface KeyText {
  readonly text: string
  /** The place of the key in messages. */
  readonly shown: string
}

/**
 * Reads the texts of private keys: in files, on standard input (`-`), and in environment variables. Messages never contain a key,
 * also if one was given in place of its name.
 *
 * @param flag the flag that names files; the one with `-env` at its end names variables
 * @throws CliError if a file or variable does not exist
 */
export async function readKeyTexts(
  io: Io,
  flag: string,
  paths: readonly string[],
  variables: readonly string[],
): Promise<readonly KeyText[]> {
  if (paths.some((path) => /^\s*\{|PRIVATE KEY/.test(path)))
    throw new CliError(
      `\`--${flag}\` takes the name of a file, not the key: other processes can read arguments`,
      `write the key to standard input, with \`--${flag} -\`, or name its environment variable, with \`--${flag}-env NAME\``,
    )
  if (variables.some((name) => !/^[A-Za-z_]\w*$/.test(name)))
    throw new CliError(`\`--${flag}-env\` takes the name of an environment variable`, 'write the name alone, without `$`')
  if (paths.filter((path) => path === '-').length > 1) throw new CliError(`\`--${flag} -\` is given twice`, 'give it once')
  const keys: KeyText[] = []
  for (const path of paths)
    if (path === '-') keys.push({ text: await readStandardInput(io), shown: 'standard input' })
    else keys.push(readNamedKey(io, path, `--${flag}`))
  for (const name of variables) {
    const secret = resolveSecret({ env: name }, { env: io.env, folder: io.cwd })
    if (!secret.ok) throw new CliError(secret.message, 'set it to a private key, a JWK or PEM')
    keys.push({ text: secret.value, shown: `the key in the environment variable \`${name}\`` })
  }
  return keys
}

/**
 * Reads a private key in a file, as a JWK or PEM.
 *
 * @param flag the flag that names the file
 * @throws CliError if it is not a private Ed25519 key
 */
export function readSignerFile(io: Io, path: string, flag: string): PrivateSigningKey {
  const { text, shown } = readNamedKey(io, path, flag)
  return signingKey(text, shown)
}

function readNamedKey(io: Io, path: string, flag: string): KeyText {
  if (!isPlausibleName(path) && !exists(io, path))
    throw new CliError(
      `the file that \`${flag}\` names does not exist`,
      'give the name of a file; the value is not repeated here, as it may be a key',
    )
  return { text: readKeyFile(io, path, 'create one with `iap keygen -o FILE`'), shown: `\`${path}\`` }
}

/** Returns whether a text is the name of a file rather than a key, or a part of one, in JSON, PEM or base64. */
function isPlausibleName(text: string): boolean {
  const runs = text.match(/[\w+/=-]{32,}/g) ?? []
  const isEncoded = (run: string) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d|^[^/]*$/.test(run)
  return /^[\w./\\: -]{1,100}$/.test(text) && !runs.some(isEncoded)
}

function exists(io: Io, path: string): boolean {
  try {
    return io.files.kind(resolve(io.cwd, path)) !== null
  } catch {
    // For example, the name is too long.
    return false
  }
}

function signingKey(text: string, shown: string): PrivateSigningKey {
  const read = readSigningKey(text)
  if (!read.ok) throw new CliError(`${shown} cannot sign: ${read.message}`, 'give a private key that `iap keygen` created')
  return read.key
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
