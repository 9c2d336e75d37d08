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

/** What came of building the sources of a bundle once more. */
export interface Rebuilt {
  /** `iap-proxy/0.1.0`: another version may make other code of the same sources, and both be right. */
  readonly compiler: { readonly bundle: string; readonly here: string }
  /** None: whoever builds these sources gets this bundle, but for signatures. */
  readonly differences: readonly Difference[]
}

export interface Difference {
  /** Of the bundle: `policy.js`, `sources/policies/shop.iap`. */
  readonly entry: string
  /** What of it differs, after its name: `has another line 12`. */
  readonly message: string
}

/**
 * Builds the sources that a bundle carries, tests and invariants with them, and compares entry by entry, to the byte. What is
 * signed was read; signatures are not looked at.
 */
export async function rebuildBundle(bundle: Bundle): Promise<Rebuilt> {
  const { manifest, sources } = bundle
  const compiler = { bundle: manifest.compiler, here: COMPILER }
  const checked = checkTexts(new Map(sources.map(({ name, text }) => [name, text])))
  if (checked.model === null)
    return { compiler, differences: [{ entry: SOURCES_FOLDER, message: 'has errors here, so that nothing is built of it' }] }
  const built = await buildPolicy(checked.model, checked)
  const { sequence, expires = null } = manifest
  const bytes = await built.pack({ sequence, expires, signers: [], invariants: built.judgeInvariants() })
  const read = await readBundle(bytes, { keys: 'unverified' })
  // Packed a moment ago by us: nobody's mistake but ours.
  if (!read.ok) throw new Error(`our own bundle is refused: ${read.code}: ${read.message}`)
  return { compiler, differences: [...differentFiles(bundle, read.bundle), ...differentPromises(manifest, read.bundle.manifest)] }
}

function differentFiles(given: Bundle, made: Bundle): readonly Difference[] {
  const [theirs, ours] = [filesOf(given), filesOf(made)]
  const names = [...new Set([...theirs.keys(), ...ours.keys()])].sort()
  return names.flatMap((entry) => {
    const [a, b] = [theirs.get(entry), ours.get(entry)]
    if (a === b) return []
    if (b === undefined) return [{ entry, message: 'is nothing that its sources make, or name' }]
    if (a === undefined) return [{ entry, message: 'is missing' }]
    return [{ entry, message: `has another line ${firstDifferentLine(a, b)} than what its sources make` }]
  })
}

/** All but the manifest and signatures. Texts are the bytes of their files, as a bundle's files are UTF-8. */
function filesOf({ manifest, policy, sourceMap, validators, tests, sources }: Bundle): ReadonlyMap<string, string> {
  const files = new Map(sources.map(({ name, text }) => [`${SOURCES_FOLDER}${name}`, text]))
  files.set(POLICY_ENTRY, policy)
  files.set(VALIDATORS_ENTRY, validators)
  if (sourceMap !== null) files.set(SOURCE_MAP_ENTRY, sourceMap)
  if (tests !== null) files.set(TESTS_ENTRY, tests)
  // Of what this version does not know, the digest tells.
  for (const { path, sha256 } of manifest.files) if (!files.has(path)) files.set(path, sha256)
  return files
}

function firstDifferentLine(a: string, b: string): number {
  let at = 0
  while (a[at] === b[at]) at += 1
  return a.slice(0, at).split('\n').length
}

/** What the manifest says beside its files. */
function differentPromises(given: Manifest, made: Manifest): readonly Difference[] {
  const [theirs, ours] = [{ ...given } as Promises, { ...made } as Promises]
  const members = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort()
  const different = members.filter(
    (name) => !OWN.has(name) && canonicalJson(theirs[name] ?? null) !== canonicalJson(ours[name] ?? null),
  )
  return different.map((name) => ({ entry: MANIFEST_ENTRY, message: `says other \`${name}\` than what its sources make` }))
}

type Promises = Readonly<Record<string, unknown>>

/** Told of by themselves: who compiled it, and which files there are. */
const OWN: ReadonlySet<string> = new Set(['compiler', 'files', 'revision'])
