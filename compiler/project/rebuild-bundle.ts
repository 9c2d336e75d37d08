import {
  canonicalJson,
  MANIFEST_ENTRY,
  type Manifest,
  POLICY_ENTRY,
  SOURCE_MAP_ENTRY,
  SOURCES_FOLDER,
  TESTS_ENTRY,
  VALIDATORS_ENTRY,
} from '../../runtime/abi/index.ts'
import { type Bundle, readBundle } from '../../runtime/policy/index.ts'
import { COMPILER } from '../bundle/index.ts'
import { buildPolicy } from './build-policy.ts'
import { checkTexts } from './check-paths.ts'

/** The result of building a bundle again from the sources that it contains. */
export interface Rebuilt {
  /**
   * Name and version of the compiler that built the bundle, such as `iap-proxy/0.1.0`, and of this one. Another version may
   * validly produce other code.
   */
  readonly compiler: { readonly bundle: string; readonly here: string }
  /** Files of the bundle that differ from the rebuilt ones. Empty if the sources reproduce the bundle, except for signatures. */
  readonly differences: readonly Difference[]
}

export interface Difference {
  /** Name of the bundle's entry: `policy.js`, `sources/policies/shop.iap`. */
  readonly entry: string
  /** Description of the difference, to be read after the entry's name: `has another line 12`. */
  readonly message: string
}

/**
 * Builds a bundle again from its sources, including tests and invariants, and compares each entry byte by byte. Ignores
 * signatures.
 */
export async function rebuildBundle(bundle: Bundle): Promise<Rebuilt> {
  const { manifest, sources } = bundle
  const compiler = { bundle: manifest.compiler, here: COMPILER }
  const checked = checkTexts(new Map(sources.map(({ name, text }) => [name, text])))
  if (checked.model === null)
    return {
      compiler,
      differences: [
        {
          entry: SOURCES_FOLDER,
          message: 'has errors with the compiler of this `iap`: use the version of `iap` that built the bundle',
        },
      ],
    }
  const built = await buildPolicy(checked.model, checked)
  const { sequence, expires = null } = manifest
  const bytes = await built.pack({ sequence, expires, signers: [], invariants: built.judgeInvariants() })
  const read = await readBundle(bytes, { keys: 'unverified' })
  // We packed it a moment ago: our mistake.
  if (!read.ok) throw new Error(`our own bundle is refused: ${read.code}: ${read.message}`)
  return { compiler, differences: [...differentFiles(bundle, read.bundle), ...differentPromises(manifest, read.bundle.manifest)] }
}

function differentFiles(given: Bundle, made: Bundle): readonly Difference[] {
  const [theirs, ours] = [filesOf(given), filesOf(made)]
  const names = [...new Set([...theirs.keys(), ...ours.keys()])].sort()
  return names.flatMap((entry) => {
    const [a, b] = [theirs.get(entry), ours.get(entry)]
    if (a === b) return []
    if (b === undefined) return [{ entry, message: 'is not produced by its sources: rebuild the bundle' }]
    if (a === undefined) return [{ entry, message: 'is missing, although its sources produce it: rebuild the bundle' }]
    return [
      {
        entry,
        message: `differs at line ${firstDifferentLine(a, b)} from the text that its sources produce: rebuild the bundle`,
      },
    ]
  })
}

/** Returns all entries except the manifest and signatures. Entries are UTF-8, so texts represent their bytes. */
function filesOf({ manifest, policy, sourceMap, validators, tests, sources }: Bundle): ReadonlyMap<string, string> {
  const files = new Map(sources.map(({ name, text }) => [`${SOURCES_FOLDER}${name}`, text]))
  files.set(POLICY_ENTRY, policy)
  files.set(VALIDATORS_ENTRY, validators)
  if (sourceMap !== null) files.set(SOURCE_MAP_ENTRY, sourceMap)
  if (tests !== null) files.set(TESTS_ENTRY, tests)
  // Entries that this version does not know are compared by digest.
  for (const { path, sha256 } of manifest.files) if (!files.has(path)) files.set(path, sha256)
  return files
}

function firstDifferentLine(a: string, b: string): number {
  let at = 0
  while (a[at] === b[at]) at += 1
  return a.slice(0, at).split('\n').length
}

/** Compares the manifests apart from their files. */
function differentPromises(given: Manifest, made: Manifest): readonly Difference[] {
  const [theirs, ours] = [{ ...given } as Promises, { ...made } as Promises]
  const members = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort()
  const different = members.filter(
    (name) => !OWN.has(name) && canonicalJson(theirs[name] ?? null) !== canonicalJson(ours[name] ?? null),
  )
  return different.map((name) => ({
    entry: MANIFEST_ENTRY,
    message: `has another value of \`${name}\` than its sources produce: rebuild the bundle`,
  }))
}

type Promises = Readonly<Record<string, unknown>>

/** Reported separately: the compiler, and the list of files. */
const OWN: ReadonlySet<string> = new Set(['compiler', 'files', 'revision'])
