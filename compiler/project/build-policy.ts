import { type AnalysisControl, type JudgedInvariant, judgeInvariants, propertyResult } from '../../analysis/index.ts'
import { type Model, ProjectMemo } from '../../language/index.ts'
import type { KnownParts } from '../../runtime/abi/allowlist/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate, instantiate, type Policy, readBundle } from '../../runtime/policy/index.ts'
import {
  type CompiledSchemas,
  manifestFor,
  PackError,
  type PackInput,
  type PrivateSigningKey,
  packBundle,
  standaloneValidators,
  testsOf,
} from '../bundle/index.ts'
import { CompileMemo, compile, runTests } from '../index.ts'
import type { TimedTest } from '../testing/index.ts'
import type { CheckedPaths } from './check-paths.ts'
import type { ExplainedPolicy } from './explain/explanation-json.ts'
import { explainRequest } from './explain-request.ts'
import { askInvariants } from './meaning.ts'
import { ProjectError } from './source-files.ts'

/** Results that a session of repeated builds keeps, so that an edit costs only the work that it affects. */
export class BuildMemo {
  readonly projects = new ProjectMemo()
  readonly compilations = new CompileMemo()
  /** Cache of compiled JSON Schema validators. */
  readonly schemas: CompiledSchemas = new Map()
  /** Parts of generated modules that the check for permitted code has already accepted. */
  readonly known: KnownParts = new Map()
}

export interface BuiltPolicy {
  /** The policy, ready to evaluate requests. It is loaded from packed bytes as in the proxy; unpacked if the build has a memo. */
  readonly policy: Policy
  /** Results of tests, with spans relative to the working directory. */
  readonly tests: readonly TimedTest[]
  readonly passed: number
  readonly failed: number
  /** Returns the number of tests that fit into the bundle. */
  carried(): number
  /** Tries to prove each invariant for all requests, and tests the undecided ones with generated requests. */
  judgeInvariants(control?: AnalysisControl): readonly JudgedInvariant[]
  /** Packs the bundle. Its manifest contains the results of tests, and those of invariants if the options have them. */
  pack(options: PackOptions): Promise<Uint8Array>
}

export interface PackOptions {
  readonly sequence: number
  /** Expiry in the manifest's notation; absent or null if the bundle never expires. */
  readonly expires?: string | null
  readonly signers: readonly PrivateSigningKey[]
  readonly invariants?: readonly JudgedInvariant[]
}

/**
 * Compiles a checked policy, loads it, and runs its tests.
 *
 * @param memo cache of a session of repeated builds. The model must come from a check with the same memo; the bundle is only for
 * a proxy in the same process.
 */
export async function buildPolicy(
  model: Model,
  { sources, seen, warnings }: Pick<CheckedPaths, 'sources' | 'seen' | 'warnings'>,
  memo: BuildMemo | null = null,
): Promise<BuiltPolicy> {
  const compiled = memo === null ? compile(model) : compile(model, { memo: memo.compilations })
  const validators = standaloneValidators(compiled.schemas, memo?.schemas)
  const parts = { compiled, validators, model, sources, check: { warnings }, quick: memo !== null, carriesTests: memo === null }
  const draft = { ...parts, sequence: 0, signers: [], tests: { passed: 0, failed: 0 } }
  const policy = memo === null ? await loadPacked(draft) : loadUnpacked(draft, memo)
  const results = [...runTimed({ model, seen }, policy), ...runProperties(model, policy)]
  const tests = results.map((test) => ({ ...test, span: seen(test.span) }))
  const passed = tests.filter((test) => test.passed).length
  const counts = { passed, failed: tests.length - passed }
  return {
    policy,
    tests,
    ...counts,
    carried: () => testsOf(model).carried,
    judgeInvariants: (control) => judgeInvariants(model, askInvariants(model, policy), control),
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

/** Answers the tests of all requests, in model order: by proof, or else by generated requests. */
function runProperties(model: Model, policy: Policy): readonly TimedTest[] {
  if (model.properties.length === 0) return []
  const start = performance.now()
  const asked = { ...model, invariants: model.properties }
  const judged = judgeInvariants(asked, askInvariants(asked, policy))
  const duration = (performance.now() - start) / judged.length
  return judged.map((one) => ({ ...propertyResult(one), duration }))
}

function misnamed(error: unknown): never {
  if (error instanceof PackError) throw new ProjectError(`a source cannot be packed: ${error.message}`, 'rename the file')
  throw error
}

async function loadPacked(draft: PackInput): Promise<Policy> {
  // For this process only; the final bundle is packed again.
  const read = await readBundle(await packBundle({ ...draft, quick: true }).catch(misnamed), { keys: 'unverified' })
  if (!read.ok && read.code === 'too-large') {
    throw new ProjectError(
      `the policy is too large: ${read.message}`,
      'reduce its routes and rules, or split it into several bundles',
      'too-large',
    )
  }
  // We packed it a moment ago: not the user's mistake.
  if (!read.ok) throw new Error(`our own bundle is refused: ${read.code}: ${read.message}`)
  return instantiate(read.bundle)
}

/** Only the session's own proxy will read the bundle. */
function loadUnpacked(draft: PackInput, { known }: BuildMemo): Policy {
  const { compiled, validators } = draft
  const { policy, sourceMap = null } = compiled
  try {
    return instantiate({ manifest: manifestFor(draft), policy, sourceMap, validators }, { known })
  } catch (error) {
    return misnamed(error)
  }
}
