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
import { detachedJws } from './detached-jws.ts'
import { gzip, gzipQuickly } from './gzip.ts'
import { manifestOf } from './manifest-of.ts'
import type { PrivateSigningKey } from './signing-key.ts'
import { testsOf } from './tests-of.ts'

export interface PackInput {
  readonly compiled: Compiled
  /** `standaloneValidators(compiled.doors)` */
  readonly validators: string
  readonly model: Model
  /** In any order; names are project-relative. */
  readonly sources: readonly Source[]
  /** A whole number from 0. */
  readonly sequence: number
  /** From when on nobody takes it: RFC 3339 in UTC, whole seconds. Left out or null: it has no end. */
  readonly expires?: string | null
  /** How many warnings the checker gave. */
  readonly check: Manifest['check']
  readonly tests: Manifest['tests']
  /** What the build found out about invariants; left out, nothing was tried. */
  readonly invariants?: Manifest['invariants']
  /** False where whoever takes it has run the tests, and goes on whatever came of them. Default: true. */
  readonly carriesTests?: boolean
  /** None: an unsigned bundle, which a proxy takes under `--dev` alone. */
  readonly signers: readonly PrivateSigningKey[]
  /**
   * For one that is read in this process and by nobody else: packed quickly, to bytes that other machines may make others of.
   * Default: false.
   */
  readonly quick?: boolean
}

/** A mistake of whoever named the files: `code` is stable. */
export class PackError extends Error {
  readonly code: 'source-name' | 'source-twice'
  constructor(code: PackError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * A bundle (`spec/language/bundle.md`): the same bytes for the same input, whenever and wherever. Throws `PackError` for a
 * source whose name cannot stand in a bundle.
 */
export async function packBundle(input: PackInput): Promise<Uint8Array> {
  if (!Number.isSafeInteger(input.sequence) || input.sequence < 0) throw new RangeError('a sequence is a whole number from 0')
  if (input.expires != null && !isExpiry(input.expires)) throw new RangeError('an end is RFC 3339 in UTC, with whole seconds')
  const files = filesOf(input)
  const manifest = encode(canonicalJson(manifestOf({ ...input, files })))
  return addSignatures(new Map([...files, [MANIFEST_ENTRY, manifest]]), input.signers, input)
}

/** The manifest of the bundle that this becomes. */
export function manifestFor(input: PackInput): Manifest {
  return manifestOf({ ...input, files: filesOf(input) })
}

/**
 * The bundle of these entries, signed by these beside those who signed it before: the same bytes as if all had signed when it was
 * packed. Whether the entries are what the manifest vouches for, whoever read them has looked.
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
      throw new PackError('source-name', `${JSON.stringify(source.name)} cannot be the name of a file in a bundle`)
    }
    if (files.has(name)) throw new PackError('source-twice', `there are two sources with the name ${JSON.stringify(source.name)}`)
    files.set(name, encode(source.text))
  }
  return files
}

/** Nothing of the machine, the user or the moment. */
function plainFile(name: string, size: number) {
  return { name, size, type: 'file' as const, mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
