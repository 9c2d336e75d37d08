import { PackError, type PrivateSigningKey, packBundle, standaloneValidators } from '../../compiler/bundle/index.ts'
import { compile, runTests, type TestResult } from '../../compiler/index.ts'
import type { Model } from '../../language/index.ts'
import { evaluate, instantiate, type Policy, readBundle } from '../../runtime/policy/index.ts'
import { Stop } from '../stop.ts'
import type { CheckedPaths } from './check-paths.ts'

export interface BuiltPolicy {
  /** Loaded as the proxy loads it: from packed bytes. */
  readonly policy: Policy
  /** Their places as seen from the working directory. */
  readonly tests: readonly TestResult[]
  readonly passed: number
  readonly failed: number
  /** The bundle; its manifest tells how the tests went. */
  pack(options: { readonly sequence: number; readonly signers: readonly PrivateSigningKey[] }): Promise<Uint8Array>
}

/** A checked model → compiled, loaded and tested. */
export async function buildPolicy(model: Model, { sources, seen }: Pick<CheckedPaths, 'sources' | 'seen'>): Promise<BuiltPolicy> {
  const compiled = compile(model)
  const parts = { compiled, validators: standaloneValidators(compiled.doors), model, sources }
  const draft = await packBundle({ ...parts, sequence: 0, signers: [], tests: { passed: 0, failed: 0 } }).catch(misnamed)
  const policy = await loadUnverified(draft)
  const results = runTests(model, (request) => evaluate(policy, request))
  const tests = results.map((test) => ({ ...test, span: seen(test.span) }))
  const passed = tests.filter((test) => test.passed).length
  const counts = { passed, failed: tests.length - passed }
  return { policy, tests, ...counts, pack: (options) => packBundle({ ...parts, ...options, tests: counts }) }
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
