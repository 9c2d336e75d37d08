import { PackError, type PrivateSigningKey, packBundle, standaloneValidators } from '../../compiler/bundle/index.ts'
import { compile, runTests } from '../../compiler/index.ts'
import { type TimedTest, type TriedInvariant, tryInvariants } from '../../compiler/testing/index.ts'
import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate, instantiate, type Policy, readBundle } from '../../runtime/policy/index.ts'
import type { ExplainedPolicy } from '../explain/explanation-json.ts'
import { Stop } from '../stop.ts'
import type { CheckedPaths } from './check-paths.ts'
import { explainRequest } from './explain-request.ts'
import { askInvariants } from './meaning.ts'

export interface BuiltPolicy {
  /** Loaded as the proxy loads it: from packed bytes. */
  readonly policy: Policy
  /** Their places as seen from the working directory. */
  readonly tests: readonly TimedTest[]
  readonly passed: number
  readonly failed: number
  /** Tries the invariants on generated requests. */
  tryInvariants(): readonly TriedInvariant[]
  /** The bundle; its manifest tells how the tests went and, where they were tried, the invariants. */
  pack(options: PackOptions): Promise<Uint8Array>
}

export interface PackOptions {
  readonly sequence: number
  readonly signers: readonly PrivateSigningKey[]
  readonly invariants?: readonly TriedInvariant[]
}

/** A checked model → compiled, loaded and tested. */
export async function buildPolicy(
  model: Model,
  { sources, seen, warnings }: Pick<CheckedPaths, 'sources' | 'seen' | 'warnings'>,
): Promise<BuiltPolicy> {
  const compiled = compile(model)
  const parts = { compiled, validators: standaloneValidators(compiled.doors), model, sources, check: { warnings } }
  const draft = await packBundle({ ...parts, sequence: 0, signers: [], tests: { passed: 0, failed: 0 } }).catch(misnamed)
  const policy = await loadUnverified(draft)
  const tests = runTimed({ model, seen }, policy).map((test) => ({ ...test, span: seen(test.span) }))
  const passed = tests.filter((test) => test.passed).length
  const counts = { passed, failed: tests.length - passed }
  return {
    policy,
    tests,
    ...counts,
    tryInvariants: () => tryInvariants(model, askInvariants(model, policy)),
    pack: (options) => packBundle({ ...parts, ...options, tests: counts }),
  }
}

function runTimed(explained: ExplainedPolicy, policy: Policy): readonly TimedTest[] {
  const durations: number[] = []
  const timed = (request: EvalRequest) => {
    const start = performance.now()
    const answer = evaluate(policy, request)
    durations.push(performance.now() - start)
    return answer
  }
  const results = runTests(explained.model, { evaluate: timed, explain: explainRequest(explained, policy) })
  return results.map((result, at) => ({ ...result, duration: durations[at] ?? 0 }))
}

function misnamed(error: unknown): never {
  if (error instanceof PackError) throw new Stop(error.message, 'rename the file')
  throw error
}

async function loadUnverified(bytes: Uint8Array): Promise<Policy> {
  const read = await readBundle(bytes, { keys: 'unverified' })
  // Packed a moment ago by us: not the user's mistake.
  if (!read.ok) throw new Error(`our own bundle is refused: ${read.code}: ${read.message}`)
  return instantiate(read.bundle)
}
