import type { Version } from '../../analysis/diff/index.ts'
import { buildPolicy, type CheckedPaths, checkNames, checkPaths, checkTexts, fitsSchemaOf } from '../../compiler/project/index.ts'
import { interpret } from '../../interpreter/index.ts'
import type { Model } from '../../language/index.ts'
import { readBundle } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { readTrusted } from '../files/keys.ts'
import { readBundleFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'
import { checkSummary, writeDiagnostics } from '../report.ts'
import { gitSources } from './git-sources.ts'
import { refuseInShallowClone } from './merge-base.ts'
import { isPath, type Operand } from './operand.ts'

export interface ReadVersion {
  readonly checked: CheckedPaths
  /** Null if the policy has errors, which are reported on standard error. */
  readonly version: Version | null
}

/** Reads a policy for a comparison from files, a bundle or a Git revision. */
export async function readVersion(io: Io, operand: Operand, beside: Operand, keys: readonly string[]): Promise<ReadVersion> {
  const checked = await checkOperand(io, operand, beside, keys)
  const { model } = checked
  if (model !== null) return { checked, version: await versionOf(model, checked) }
  writeDiagnostics(io.stderr, checked.diagnostics)
  io.stderr.write(`nothing was compared: \`${operand.text}\` has errors (${checkSummary(checked)})\n`)
  return { checked, version: null }
}

async function checkOperand(
  io: Io,
  { text, isRevision }: Operand,
  beside: Operand,
  keys: readonly string[],
): Promise<CheckedPaths> {
  if (!isRevision) return text.endsWith('.iapb') ? await checkBundle(io, text, keys) : checkPaths(io, [text])
  const found = gitSources(io, text, beside)
  if (found !== null) return checkNames({ read: (name) => found.read(name) }, found.names, '')
  refuseInShallowClone(io, text)
  throw isPath(io, text)
    ? new CliError(`\`${text}\` is not a revision`, `write \`./${text}\` for the path of this name`)
    : new CliError(
        `\`${text}\` is neither a file nor a revision`,
        'give a file, a folder, a bundle, or a Git revision such as `main:policies` or `HEAD~1`',
      )
}

async function checkBundle(io: Io, file: string, keys: readonly string[]): Promise<CheckedPaths> {
  const read = await readBundle(readBundleFile(io, file), { keys: keys.length === 0 ? 'unverified' : readTrusted(io, keys) })
  if (!read.ok) throw new CliError(`\`${file}\` cannot be loaded: ${read.message} (${read.code})`)
  if (keys.length === 0) io.stderr.write(`note: the signature of ${file} was not verified; give --key KEY to verify it\n`)
  return checkTexts(new Map(read.bundle.sources.map(({ name, text }) => [name, text])))
}

/**
 * Returns a checked policy with an interpreter for a comparison. Builds the policy if a body has an imported schema, as only a
 * built policy can validate such bodies.
 */
export async function versionOf(model: Model, checked: CheckedPaths): Promise<Version> {
  const hasSchema = model.routes.some(({ body }) => body !== null && body.schema !== null)
  const options = hasSchema ? { fitsSchema: fitsSchemaOf((await buildPolicy(model, checked)).policy) } : {}
  return { model, interpret: (part, request) => ({ ...interpret(part, request, options), revision: '' }) }
}
