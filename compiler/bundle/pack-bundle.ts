import { sign } from 'node:crypto'
import { gzipSync as gzipByZlib } from 'node:zlib'
import { gzipSync } from 'fflate'
import { packTar } from 'modern-tar'
import type { Model, Source } from '../../language/index.ts'
import {
  canonicalJson,
  isEntryName,
  isExpiry,
  MANIFEST_ENTRY,
  type Manifest,
  POLICY_ENTRY,
  SIGNATURES_FOLDER,
  SOURCE_MAP_ENTRY,
  SOURCES_FOLDER,
  TESTS_ENTRY,
  VALIDATORS_ENTRY,
} from '../../runtime/abi/index.ts'
import type { Compiled } from '../compiled.ts'
import { manifestOf } from './manifest-of.ts'
import type { PrivateSigningKey } from './signing-key.ts'
import { testsOf } from './tests-of.ts'

export interface PackInput {
  readonly compiled: Compiled
  /** Code of the body validators: the result of `standaloneValidators(compiled.schemas)`. */
  readonly validators: string
  readonly model: Model
  /** Sources in any order, with project-relative names. */
  readonly sources: readonly Source[]
  /** Position of the bundle among its releases: an integer from 0. */
  readonly sequence: number
  /** Expiry: RFC 3339 in UTC, whole seconds; absent or null if the bundle never expires. */
  readonly expires?: string | null
  /** The number of the checker's warnings. */
  readonly check: Manifest['check']
  readonly tests: Manifest['tests']
  /** Results of proving and testing the invariants; absent if that was not done. */
  readonly invariants?: Manifest['invariants']
  /** Whether the bundle contains its tests. False if the consumer ran the tests and ignores their results. Default: true. */
  readonly carriesTests?: boolean
  /** Keys that sign the bundle. Empty for an unsigned bundle, which a proxy accepts only under `--dev`. */
  readonly signers: readonly PrivateSigningKey[]
  /** Packs faster, for use in this process only: other machines may produce other bytes. Default: false. */
  readonly quick?: boolean
}

/** Thrown if a source has a name that a bundle cannot contain. `code` is stable. */
export class PackError extends Error {
  readonly code: 'source-name' | 'source-twice'
  constructor(code: PackError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Packs a bundle (`spec/language/bundle.md`). Equal input gives equal bytes, on every machine.
 *
 * @throws PackError if a source's name cannot be in a bundle
 */
export async function packBundle(input: PackInput): Promise<Uint8Array> {
  if (!Number.isSafeInteger(input.sequence) || input.sequence < 0)
    throw new RangeError(`the sequence must be an integer of at least 0, got ${input.sequence}`)
  if (input.expires != null && !isExpiry(input.expires))
    throw new RangeError('the expiry must be an RFC 3339 time in UTC with whole seconds, such as `2027-01-31T00:00:00Z`')
  const files = filesOf(input)
  const manifest = encode(canonicalJson(manifestOf({ ...input, files })))
  return addSignatures(new Map([...files, [MANIFEST_ENTRY, manifest]]), input.signers, input)
}

/** Returns the manifest that `packBundle` would put into the bundle for the same input. */
export function manifestFor(input: PackInput): Manifest {
  return manifestOf({ ...input, files: filesOf(input) })
}

/**
 * Signs a bundle and packs it. The result equals a bundle that all keys signed when it was packed.
 *
 * @param before the files of the bundle, which must match its manifest, by entry name
 */
export async function addSignatures(
  before: ReadonlyMap<string, Uint8Array>,
  signers: readonly PrivateSigningKey[],
  { quick = false }: Pick<PackInput, 'quick'> = {},
): Promise<Uint8Array> {
  const manifest = before.get(MANIFEST_ENTRY)
  if (manifest === undefined) throw new Error('a bundle has a manifest')
  const entries = new Map(before)
  for (const signer of signers) entries.set(`${SIGNATURES_FOLDER}${signer.kid}.jws`, encode(detachedJws(manifest, signer)))
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
  const tar = await packTar(sorted.map(([name, body]) => ({ header: plainFile(name, body.length), body })))
  return quick ? gzipQuickly(tar) : gzip(tar)
}

const NO_TESTS: ReturnType<typeof testsOf> = { text: '', carried: 0 }

function filesOf(input: PackInput): Map<string, Uint8Array> {
  const files = new Map([
    [POLICY_ENTRY, encode(input.compiled.policy)],
    [VALIDATORS_ENTRY, encode(input.validators)],
  ])
  const { sourceMap } = input.compiled
  if (sourceMap !== undefined) files.set(SOURCE_MAP_ENTRY, encode(sourceMap))
  const { text, carried } = input.carriesTests === false ? NO_TESTS : testsOf(input.model)
  if (carried > 0) files.set(TESTS_ENTRY, encode(text))
  for (const source of input.sources) {
    const name = `${SOURCES_FOLDER}${source.name}`
    if (!isEntryName(name)) {
      throw new PackError(
        'source-name',
        `the source name ${JSON.stringify(source.name)} cannot be the name of a file in a bundle: ` +
          'it must be short, relative and printable',
      )
    }
    if (files.has(name))
      throw new PackError('source-twice', `two sources have the name ${JSON.stringify(source.name)}: rename one`)
    files.set(name, encode(source.text))
  }
  return files
}

/** Contains nothing of the machine, the user or the time. */
function plainFile(name: string, size: number) {
  return { name, size, type: 'file' as const, mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/**
 * Returns a detached compact JWS (RFC 7515, appendix F) with EdDSA (RFC 8037): `<protected header>..<signature>`. Ed25519 is
 * deterministic, so signing again gives the same bundle.
 */
function detachedJws(payload: Uint8Array, signer: PrivateSigningKey): string {
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: signer.kid })).toString('base64url')
  const input = Buffer.from(`${header}.${Buffer.from(payload).toString('base64url')}`)
  return `${header}..${sign(null, input, signer.key).toString('base64url')}`
}

/**
 * Compresses to the same bytes on any machine, unlike Node's zlib, which differs by version and processor. Level 9 would save one
 * percent in a quarter more time. The header's time and system (RFC 1952, section 2.3.1) are fixed: none, unknown.
 */
function gzip(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes, { level: 6, mtime: 0 })
  packed[9] = 255
  return packed
}

/** Compresses five times faster, for readers in this process: other machines may produce other bytes. */
function gzipQuickly(bytes: Uint8Array): Uint8Array {
  return gzipByZlib(bytes, { level: 1 })
}
