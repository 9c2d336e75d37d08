import { hash } from 'node:crypto'
import {
  fileList,
  MANIFEST_ENTRY,
  type Manifest,
  POLICY_ENTRY,
  SIGNATURES_FOLDER,
  SOURCE_MAP_ENTRY,
  SOURCES_FOLDER,
  TESTS_ENTRY,
  VALIDATORS_ENTRY,
} from '../../abi/index.ts'
import { decodeUtf8 } from '../../base/values.ts'
import type { PublicKey } from './public-key.ts'
import { ARCHIVE_LIMITS, readArchive } from './read-archive.ts'
import { readManifest } from './read-manifest.ts'
import { type BundleRefusal, quoted, Refused } from './refusal.ts'
import { signersOf, verifySignatures } from './verify-signatures.ts'

/** Contents of a bundle, a compiled policy in one file, after all checks. */
export interface Bundle {
  readonly manifest: Manifest
  /** Content of `policy.js`: a function body with the parameter `abi`. */
  readonly policy: string
  /** Content of `policy.js.map`, or `null` without one. */
  readonly sourceMap: string | null
  /** Content of `validators.js`: a function body with the parameter `abi`. */
  readonly validators: string
  /** Content of `tests.jsonl` with one test on each line, or `null` without one. */
  readonly tests: string | null
  readonly sources: readonly { readonly name: string; readonly text: string }[]
  /** Key IDs of the verified signatures, sorted. Empty if no signature was required. */
  readonly verifiedBy: readonly string[]
  /** Key IDs of all signatures, verified or not, sorted. */
  readonly signers: readonly string[]
}

export interface ReadOptions {
  /** Trusted keys, or `unverified` to ignore signatures. */
  readonly keys: readonly PublicKey[] | 'unverified'
  /** Number of required signatures. Default: 1. */
  readonly signatures?: number
  /** Maximum size of the inflated bundle in bytes. Default: 64 MiB. */
  readonly maxInflated?: number
}

export type ReadResult =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly code: BundleRefusal; readonly message: string }

/**
 * Reads a bundle (`spec/language/bundle.md`). Until the manifest is verified, only names of entries and signatures are read.
 */
export async function readBundle(bytes: Uint8Array, options: ReadOptions): Promise<ReadResult> {
  try {
    const limits = { ...ARCHIVE_LIMITS, maxInflated: options.maxInflated ?? ARCHIVE_LIMITS.maxInflated }
    const entries = await readArchive(bytes, limits)
    const manifestBytes = entries.get(MANIFEST_ENTRY)
    if (manifestBytes === undefined)
      throw new Refused('manifest-missing', 'the bundle has no `manifest.json`: build it with `iap build`')
    const verifiedBy =
      options.keys === 'unverified' ? [] : verifySignatures(manifestBytes, entries, options.keys, options.signatures ?? 1)
    const signers = signersOf(entries)
    const manifest = readManifest(manifestBytes)
    checkFiles(manifest, entries)
    const text = (name: string): string => decode(name, entries.get(name) as Uint8Array)
    const sources = manifest.files
      .filter((file) => file.path.startsWith(SOURCES_FOLDER))
      .map((file) => ({ name: file.path.slice(SOURCES_FOLDER.length), text: text(file.path) }))
    return {
      ok: true,
      bundle: {
        manifest,
        policy: text(POLICY_ENTRY),
        sourceMap: entries.has(SOURCE_MAP_ENTRY) ? text(SOURCE_MAP_ENTRY) : null,
        validators: text(VALIDATORS_ENTRY),
        tests: entries.has(TESTS_ENTRY) ? text(TESTS_ENTRY) : null,
        sources,
        verifiedBy,
        signers,
      },
    }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, code: error.code, message: error.message }
    throw error
  }
}

/** Checks that entries and file list agree, that digests match, and that the revision is that of the files. */
function checkFiles(manifest: Manifest, entries: ReadonlyMap<string, Uint8Array>): void {
  const listed = new Set(manifest.files.map((file) => file.path))
  for (const name of entries.keys()) {
    if (name !== MANIFEST_ENTRY && !name.startsWith(SIGNATURES_FOLDER) && !listed.has(name)) {
      throw new Refused(
        'unlisted-entry',
        `the manifest of the bundle does not list the entry ${quoted(name)}: rebuild the bundle`,
      )
    }
  }
  for (const name of [POLICY_ENTRY, VALIDATORS_ENTRY]) {
    if (!listed.has(name))
      throw new Refused('file-missing', `the manifest of the bundle does not list \`${name}\`: rebuild the bundle`)
  }
  for (const file of manifest.files) {
    const content = entries.get(file.path)
    if (content === undefined)
      throw new Refused(
        'file-missing',
        `the bundle lacks ${quoted(file.path)}, which the manifest lists: copy or rebuild the bundle`,
      )
    if (content.length !== file.size || sha256(content) !== file.sha256) {
      throw new Refused(
        'file-mismatch',
        `${quoted(file.path)} does not match its hash in the manifest: the bundle was changed after it was built; ` +
          'get it again from its builder',
      )
    }
  }
  if (manifest.revision !== `sha256:${sha256(fileList(manifest.files))}`) {
    throw new Refused('revision-mismatch', 'the revision in the manifest does not match its files: rebuild the bundle')
  }
}

function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex')
}

function decode(name: string, content: Uint8Array): string {
  const text = decodeUtf8(content)
  if (text === null) throw new Refused('text-encoding', `${quoted(name)} in the bundle is not UTF-8: rebuild the bundle`)
  return text
}
