import { buildPolicy, checkPaths, type LoadedPolicy, openBundle } from '../../compiler/project/index.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { checkSummary, writeDiagnostics } from '../report.ts'
import { readTrusted } from './keys.ts'
import { readBundleFile } from './read-file.ts'

/**
 * Loads a policy from a bundle or compiles it from sources. Returns null if the sources have errors, which are reported.
 *
 * @param doing past participle for the report of what was not done, such as `explained`
 * @throws CliError if keys are given for sources, which are not signed
 */
export async function loadPolicy(
  io: Io,
  operands: readonly string[],
  keys: readonly string[],
  doing: string,
): Promise<LoadedPolicy | null> {
  const [first] = operands
  if (operands.length === 1 && first?.endsWith('.iapb')) return await loadBundle(io, first, keys)
  if (keys.length > 0) throw new CliError('`--key` applies only to bundles: sources are not signed')
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
  if (trusted === 'unverified') io.stderr.write(`note: the signature of ${file} was not verified; give --key KEY to verify it\n`)
  return loaded
}
