import { type PrivateSigningKey, packBundle, standaloneValidators } from '../../compiler/bundle/index.ts'
import { compile } from '../../compiler/index.ts'
import { checkProject, renderDiagnostic } from '../../language/index.ts'
import type { Manifest } from '../../runtime/abi/index.ts'
import { readBundle } from '../../runtime/policy/index.ts'

/** The groups of the three tokens, by subject. */
export const callers: Readonly<Record<string, readonly string[]>> = { ann: ['a'], bob: ['b'], cat: ['a', 'b'] }

export interface SwappedPolicy {
  readonly bundle: Uint8Array
  readonly revision: string
  /** Characters of `policy.js`. */
  readonly size: number
  /** The effect on every route, by subject. */
  readonly effects: Readonly<Record<string, 'permit' | 'deny'>>
}

/**
 * Two policies over the same routes. In the one `first` (bit 0) is who is in group `a`, in the other who is in `b`, and `second` (bit 1)
 * the other way round; both permit `first`, and not `second`. So bits that were worked out under one are wrong under the other, and show.
 */
export async function swappedPolicies(
  signer: PrivateSigningKey,
  minSize: number,
): Promise<readonly [SwappedPolicy, SwappedPolicy]> {
  const sample = compilePolicy('a', 20)
  const routes = Math.max(20, Math.ceil((minSize / sample.compiled.policy.length) * 20 * 1.05))
  return [
    await pack(signer, compilePolicy('a', routes), { ann: 'permit', bob: 'deny', cat: 'deny' }, 1),
    await pack(signer, compilePolicy('b', routes), { ann: 'deny', bob: 'permit', cat: 'deny' }, 1),
  ]
}

function compilePolicy(group: 'a' | 'b', routes: number) {
  const text = policyText(group, routes)
  const sources = [{ name: 'shop.iap', text }]
  const { result: model, diagnostics } = checkProject({ read: (name) => (name === 'shop.iap' ? text : null) }, ['shop.iap'])
  if (model === null) throw new Error(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, { color: false })).join('\n'))
  return { model, sources, compiled: compile(model) }
}

async function pack(
  signer: PrivateSigningKey,
  { model, sources, compiled }: ReturnType<typeof compilePolicy>,
  effects: SwappedPolicy['effects'],
  sequence: number,
): Promise<SwappedPolicy> {
  const validators = standaloneValidators(compiled.schemas)
  const tests: Manifest['tests'] = { passed: 0, failed: 0 }
  const bundle = await packBundle({
    compiled,
    validators,
    model,
    sources,
    sequence,
    check: { warnings: 0 },
    tests,
    signers: [signer],
  })
  const read = await readBundle(bundle, { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  return { bundle, revision: read.bundle.manifest.revision, size: compiled.policy.length, effects }
}

function policyText(group: 'a' | 'b', routes: number): string {
  const other = group === 'a' ? 'b' : 'a'
  const numbers = Array.from({ length: routes }, (_, at) => at)
  return `identity staff via jwt { sub: string, groups: set<string> }
role first  of staff when "${group}" in caller.groups
role second of staff when "${other}" in caller.groups

service shop at "shop.test" {
${numbers.map((at) => `  route r${at} GET "/r${at}/{id}/{page: int}"`).join('\n')}
}
${numbers.map(rulesOf).join('')}`
}

/** A permit with something of its own to compile, and a forbid that never holds for what the test sends but for one who is both. */
function rulesOf(at: number): string {
  return `
permit p${at}
  on   shop.r${at}
  to   first
  when params.id.startsWith("id") && params.page + ${at} < 1000000 || params.id == "other${at}" && request.method == "GET"

forbid f${at}
  on      shop.r${at}
  to      first
  when    caller is second || params.id.endsWith("none${at}") && !("x-${at}" in request.headers)
  because "Not both ${at}."
`
}
