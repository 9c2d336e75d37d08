import { checkProject, type Model, type Source, type Span } from '../../language/index.ts'
import { instantiate, type Policy, type PublicKey, readBundle } from '../../runtime/policy/index.ts'
import { readBundleFile } from '../bundle-file.ts'
import type { ExplainedPolicy } from '../explain/explanation-json.ts'
import type { Io } from '../io.ts'
import { readTrusted } from '../keys.ts'
import { checkSummary, writeDiagnostics } from '../report.ts'
import { Stop } from '../stop.ts'
import { buildPolicy } from './build-policy.ts'
import { checkPaths } from './check-paths.ts'

export interface LoadedPolicy {
  readonly policy: Policy
  /** What it means. Of a bundle: the sources that it carries are checked when this is asked. */
  explained(): ExplainedPolicy
  /** As they were compiled. */
  readonly sources: readonly Source[]
  /** A place as a person sees it who is in the working directory. */
  readonly seen: (span: Span) => Span
}

/**
 * From a bundle, or from sources; null where the sources have an error, which then is told. `doing` says what is not done then.
 */
export async function loadPolicy(
  io: Io,
  operands: readonly string[],
  keys: readonly string[],
  doing: string,
): Promise<LoadedPolicy | null> {
  const [first] = operands
  if (operands.length === 1 && first?.endsWith('.iapb')) return await loadBundle(io, first, keys)
  if (keys.length > 0) throw new Stop('`--key` is for bundles: sources are not signed')
  const checked = checkPaths(io, operands)
  const { model, seen, sources } = checked
  if (model === null) {
    writeDiagnostics(io.stderr, checked.diagnostics)
    io.stderr.write(`nothing was ${doing}: ${checkSummary(checked)}\n`)
    return null
  }
  return { policy: (await buildPolicy(model, checked)).policy, explained: () => ({ model, seen }), sources, seen }
}

async function loadBundle(io: Io, file: string, keys: readonly string[]): Promise<LoadedPolicy> {
  const trusted = keys.length === 0 ? 'unverified' : readTrusted(io, keys)
  const loaded = await openBundle(readBundleFile(io, file), trusted, file)
  if (trusted === 'unverified') io.stderr.write(`note: the signature of ${file} was not verified; --key KEY does that\n`)
  return loaded
}

/** @param name what messages call it */
export async function openBundle(
  bytes: Uint8Array,
  keys: readonly PublicKey[] | 'unverified',
  name: string,
): Promise<LoadedPolicy> {
  const read = await readBundle(bytes, { keys })
  if (!read.ok) throw new Stop(`\`${name}\` is refused: ${read.message} (${read.code})`)
  const { sources } = read.bundle
  // Its places are in files that need not be here.
  const seen = (span: Span) => span
  return { policy: instantiate(read.bundle), explained: () => ({ model: checkSources(sources, name), seen }), sources, seen }
}

function checkSources(sources: readonly { readonly name: string; readonly text: string }[], file: string): Model {
  const texts = new Map(sources.map(({ name, text }) => [name, text]))
  const names = [...texts.keys()].filter((name) => name.endsWith('.iap'))
  const { result } = checkProject({ read: (name) => texts.get(name) ?? null }, names)
  if (result !== null) return result
  throw new Stop(
    `the sources in \`${file}\` have errors`,
    'it was built by another version of `iap`: explain its files, build it anew, or explain what its code tells, with `--traced`',
  )
}
