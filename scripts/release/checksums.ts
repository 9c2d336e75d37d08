import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The list of files with their SHA-256, in the form of `sha256sum`. */
export const SUMS = 'SHA256SUMS'
/** The Ed25519 signature (RFC 8032) over the bytes of that list: 64 bytes. */
export const SIGNATURE = 'SHA256SUMS.sig'

/** Writes the checksums of all files of a folder, and their signature. @param key an Ed25519 private key */
export function signFolder(folder: string, key: KeyObject): void {
  const names = readdirSync(folder)
    .filter((name) => name !== SUMS && name !== SIGNATURE)
    .sort()
  const sums = Buffer.from(names.map((name) => `${digestOf(join(folder, name))}  ${name}\n`).join(''))
  writeFileSync(join(folder, SUMS), sums)
  writeFileSync(join(folder, SIGNATURE), sign(null, sums, key))
}

/**
 * Returns what is wrong with a folder that {@link signFolder} wrote, a sentence each; none if its list is signed by the key, and each file is there as listed
 * and no other is.
 *
 * @param key an Ed25519 public key
 * @throws an error of the file system if the list or its signature cannot be read
 */
export function verifyFolder(folder: string, key: KeyObject): readonly string[] {
  const sums = readFileSync(join(folder, SUMS))
  if (!verify(null, sums, key, readFileSync(join(folder, SIGNATURE))))
    return [`${SIGNATURE}: not a signature of ${SUMS} by this key`]
  const listed = new Map<string, string>()
  for (const line of sums.toString('utf8').split('\n').slice(0, -1)) {
    const [, digest, name] = /^([0-9a-f]{64}) {2}([A-Za-z0-9][\w.+-]*)$/.exec(line) ?? []
    if (digest === undefined || name === undefined || listed.has(name))
      return [`${SUMS}: expected a digest and a name, got ${JSON.stringify(line)}`]
    listed.set(name, digest)
  }
  const found = readdirSync(folder).filter((name) => name !== SUMS && name !== SIGNATURE)
  const surplus = found.filter((name) => !listed.has(name)).map((name) => `${name}: not in ${SUMS}`)
  const wrong = [...listed].flatMap(([name, digest]) => {
    if (!found.includes(name)) return [`${name}: missing`]
    if (!lstatSync(join(folder, name)).isFile()) return [`${name}: not a file`]
    const seen = digestOf(join(folder, name))
    return seen === digest ? [] : [`${name}: expected SHA-256 ${digest}, got ${seen}`]
  })
  return [...surplus, ...wrong]
}

/** Reads a public Ed25519 key from a JWK or PEM. @throws `Error` if the text is neither, or the key is of another type */
export function readPublicKey(text: string): KeyObject {
  const key = text.includes('-----BEGIN') ? createPublicKey(text) : createPublicKey({ key: JSON.parse(text), format: 'jwk' })
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`expected an Ed25519 key, got ${key.asymmetricKeyType}`)
  return key
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
