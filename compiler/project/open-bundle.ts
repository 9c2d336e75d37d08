import type { Model, Source, Span } from '../../language/index.ts'
import { instantiate, type Policy, type PublicKey, readBundle } from '../../runtime/policy/index.ts'
import { checkTexts } from './check-paths.ts'
import type { ExplainedPolicy } from './explain/explanation-json.ts'
import { ProjectError } from './source-files.ts'

export interface LoadedPolicy {
  readonly policy: Policy
  /** Returns the checked sources of the policy. Those of a bundle are checked on the first call. */
  explained(): ExplainedPolicy
  /** Sources from which the bundle was compiled. */
  readonly sources: readonly Source[]
  /** Returns a span with its source's name relative to the working directory. Names of a bundle's sources stay as they are. */
  readonly seen: (span: Span) => Span
}

/**
 * Reads a bundle and loads its policy.
 *
 * @param name the bundle's name in messages
 * @throws ProjectError if the bundle is refused
 */
export async function openBundle(
  bytes: Uint8Array,
  keys: readonly PublicKey[] | 'unverified',
  name: string,
): Promise<LoadedPolicy> {
  const read = await readBundle(bytes, { keys })
  if (!read.ok) throw new ProjectError(`\`${name}\` is refused: ${read.message} (${read.code})`)
  const { sources } = read.bundle
  // Its sources need not exist as files here.
  const seen = (span: Span) => span
  return { policy: instantiate(read.bundle), explained: () => ({ model: checkSources(sources, name), seen }), sources, seen }
}

function checkSources(sources: readonly { readonly name: string; readonly text: string }[], file: string): Model {
  const { model } = checkTexts(new Map(sources.map(({ name, text }) => [name, text])))
  if (model !== null) return model
  throw new ProjectError(
    `the sources in \`${file}\` have errors`,
    'it was built by another version of `iap`: explain the source files, rebuild the bundle, or use `--traced`',
  )
}
