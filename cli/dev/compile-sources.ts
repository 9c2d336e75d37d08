import type { PrivateSigningKey } from '../../compiler/bundle/index.ts'
import { type BuildMemo, buildPolicy, checkPaths, type LoadedPolicy } from '../../compiler/project/index.ts'
import type { Model } from '../../language/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import type { Io } from '../io.ts'
import { checkSummary, testSummary, writeDiagnostics, writeFailures } from '../report.ts'
import { paint } from '../style.ts'

export interface DevBuild {
  readonly model: Model
  readonly policy: Policy
  /** The policy with its checked sources, for explanations. */
  readonly loaded: LoadedPolicy
  readonly bytes: Uint8Array
}

/**
 * Compiles the policy sources on disk to a signed bundle. Returns null if they have errors, which are reported. Failing tests are
 * reported, but do not prevent the bundle.
 */
export async function compileSources(
  io: Io,
  sources: { readonly root: string; readonly paths: readonly string[] },
  signing: { readonly sequence: number; readonly signer: PrivateSigningKey },
  memo: BuildMemo,
): Promise<DevBuild | null> {
  const checked = checkPaths(io, sources.paths, sources.root, memo.projects)
  const style = paint(io.stderr)
  writeDiagnostics(io.stderr, checked.diagnostics)
  if (checked.model === null) {
    io.stderr.write(`${style.red('✗')} ${checkSummary(checked)}\n`)
    return null
  }
  const built = await buildPolicy(checked.model, checked, memo)
  writeFailures(io.stderr, built.tests)
  const bytes = await built.pack({ sequence: signing.sequence, signers: [signing.signer] })
  const mark = built.failed > 0 ? style.yellow('!') : style.green('✓')
  io.stderr.write(`${mark} compiled ${built.policy.revision.slice(0, 19)}, ${testSummary(built.passed, built.failed)}\n`)
  const { model, seen, sources: texts } = checked
  const loaded = { policy: built.policy, explained: () => ({ model, seen }), sources: texts, seen }
  return { model, policy: built.policy, loaded, bytes }
}
