import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { generateSigningKey, type PrivateSigningKey, privateJwk, publicJwk, readSigningKey } from '../../compiler/bundle/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { type PublicKey, readPublicKeys } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import type { Files } from '../io.ts'
import { newIssuerKey } from './issuer.ts'

/** The keys that `--dev` keeps in `.iap/` beside the configuration, so that tokens and assertions outlive a restart. */
export interface DevFolder {
  readonly signer: PrivateSigningKey
  /** The public key of `signer`, with which the proxy verifies bundles. */
  readonly trusted: readonly PublicKey[]
  readonly issuerKey: JWK
  /** The proxy's OAuth client secret for the development issuer, and the path of its file. */
  readonly clientSecret: { readonly file: string; readonly value: string }
  /** Path of the file with the keys that sign the proxy's assertions to services. */
  readonly assertionKeys: string
}

export async function openDevFolder(files: Files, projectFolder: string): Promise<DevFolder> {
  const folder = join(projectFolder, '.iap')
  // Prevents keys from being committed.
  kept(files, join(folder, '.gitignore'), 0o644, '*\n')
  const signerText = kept(files, join(folder, 'signing.private.jwk.json'), 0o600, json(privateJwk(generateSigningKey())))
  const read = readSigningKey(signerText)
  if (!read.ok)
    throw new CliError(
      `the development key in \`${folder}\` cannot be read: ${read.message}`,
      'delete the folder to create new keys',
    )
  const trusted = readPublicKeys(json(publicJwk(read.key)))
  if (!trusted.ok) throw new Error(trusted.message)
  const issuerText = kept(files, join(folder, 'issuer.private.jwk.json'), 0o600, json(await newIssuerKey()))
  const secretFile = join(folder, 'client.secret')
  const secret = kept(files, secretFile, 0o600, `${randomBytes(32).toString('base64url')}\n`).trim()
  return {
    signer: read.key,
    trusted: trusted.keys,
    issuerKey: JSON.parse(issuerText) as JWK,
    clientSecret: { file: secretFile, value: secret },
    assertionKeys: join(folder, 'assertion'),
  }
}

/** Returns the file's text; creates it from `text` if it is missing. */
function kept(files: Files, path: string, mode: number, text: string): string {
  try {
    const before = files.readText(path)
    if (before !== null) return before
    files.create(path, text, mode)
    return text
  } catch (error) {
    throw new CliError(`\`${path}\` cannot be created: ${reasonOf(error)}`)
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
