/** What a test means to `iap test`, and to a proxy that takes the bundle, is the same: those that pass, and the same ones made to fail; of all policies that have some, and by all cases of the suite. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { nodeFiles } from '../../cli/node-io.ts'
import { exactJson } from '../../compiler/bundle/tests-of.ts'
import { BuildMemo, buildPolicy, type CheckedPaths, checkPaths, checkTexts } from '../../compiler/project/index.ts'
import { runTests } from '../../compiler/testing/index.ts'
import { interpret } from '../../interpreter/index.ts'
import type { Model } from '../../language/index.ts'
import { answerInWords, type Expectation, expectationInWords, isExpected, type WrittenTest } from '../../runtime/abi/index.ts'
import { quoted } from '../../runtime/policy/bundle/refusal.ts'
import { type Bundle, evaluate, instantiate, type Policy, readBundle, runOwnTests } from '../../runtime/policy/index.ts'
import { expected, readConstructs } from '../../spec/conformance/cases.ts'
import { fitsSchemaOf } from '../../spec/conformance/fits-schema.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const examples = readdirSync(join(root, 'examples')).map((name) => join(root, 'examples', name, 'policies'))
const policies = [...examples, join(root, 'cli/templates/default/policies'), join(root, 'spec/conformance/test-cases/policy.iap')]

async function bundleOf(checked: CheckedPaths & { readonly model: Model }): Promise<Bundle> {
  const built = await buildPolicy(checked.model, checked)
  const read = await readBundle(await built.pack({ sequence: 1, signers: [] }), { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  return read.bundle
}

const TURNED: Readonly<Record<Expectation['effect'], Expectation['effect']>> = {
  ...{ permit: 'deny', deny: 'permit', challenge: 'permit', unauthenticated: 'deny', reject: 'permit' },
}
/** The first is what is expected; each of the others is wrong for most. */
const CHANGES: readonly ((expect: Expectation) => Expectation)[] = [
  (expect) => expect,
  (expect) => ({ ...expect, effect: TURNED[expect.effect] }),
  (expect) => ({ ...expect, by: 'default' }),
  (expect) => ({ ...expect, status: 418 }),
  (expect) => ({ ...expect, headers: [...expect.headers, { name: 'x-nobody-sets', value: '1' }] }),
  (expect) => ({ ...expect, limit: ['nobody'] }),
  (expect) => ({ ...expect, shadow: ['nobody'] }),
]

const full = process.env.IAP_FULL === '1'
/** Of the expectations that are changed, one in so many, by turns. */
const EVERY = full ? 1 : 3
let [compared, failed] = [0, 0]

/** What the proxy says of one test. */
async function expectToldAs(
  policy: Policy,
  test: WrittenTest,
  words: { expected: string; actual: string } | null,
): Promise<void> {
  const told = await runOwnTests(policy, `${exactJson(test)}\n`)
  compared++
  if (words === null) return expect(told).toBeNull()
  failed++
  const { expected, actual } = words
  const whole = `the test ${quoted(test.name)} of the policy expects ${quoted(expected)}, but got ${quoted(actual)}`
  // Why it is rejected, the plain meaning does not tell.
  expect(told?.message.startsWith(whole.slice(0, -1)), `${told?.message}\n${whole}`).toBe(true)
}

describe.each(policies.filter(existsSync).map((path) => [relative(root, path), path] as const))('%s', (_, path) => {
  test('its tests, and those that are made to fail', async () => {
    const checked = checkPaths({ cwd: root, files: nodeFiles }, [path])
    const { model } = checked
    if (model === null) throw new Error('it has errors')
    const bundle = await bundleOf({ ...checked, model })
    const policy = instantiate(bundle)
    const written = (bundle.tests ?? '').split('\n').slice(0, -1)
    expect(written.length).toBeGreaterThan(0)
    expect(await runOwnTests(policy, bundle.tests ?? '')).toBeNull()
    for (const [turn, change] of CHANGES.entries()) {
      const tests = model.tests.map((one) => ({ ...one, expect: { ...one.expect, ...change(one.expect) } }))
      const results = runTests({ ...model, tests }, { evaluate: (request) => evaluate(policy, request) })
      for (const [at, result] of results.entries()) {
        if (turn > 0 && (at + turn) % EVERY !== 0) continue
        const line = JSON.parse(written[at] as string) as WrittenTest
        expect(line.name).toBe(result.name)
        await expectToldAs(policy, { ...line, expect: change(line.expect) }, result.passed ? null : result)
      }
    }
  })
})

/** Every fourth one in the gate. */
const constructs = readConstructs()
  .filter(({ cases }) => cases.length > 0)
  .filter((_, at) => full || at % 4 === 0)

describe.each(constructs.map((one) => [one.name, one] as const))('conformance: %s', (_, { model, project, cases }) => {
  test('its cases as tests, by the meaning in plain code and by the proxy', async () => {
    const seen = <T>(place: T) => place
    const policy = instantiate(
      await bundleOf({ ...project, model, seen, warnings: 0 } as unknown as CheckedPaths & { model: Model }),
    )
    const fitsSchema = fitsSchemaOf(model)
    for (const one of cases) {
      const { effect, rules, status, shadow, obligations } = expected(one)
      const headers = Object.entries(obligations.headers).map(([name, value]) => ({ name, value }))
      const limit = obligations.limits.map(({ rule }) => rule)
      const by = rules[0] ?? null
      const first: Expectation =
        effect === 'reject'
          ? { effect, by, status, headers, limit: null, shadow: null }
          : { effect, by, status: null, headers, limit, shadow }
      const answer = { ...interpret(model, one.request, { fitsSchema }), revision: '' }
      expect(isExpected(answer, first), one.name).toBe(true)
      for (const change of CHANGES) {
        const expectation = change(first)
        const words = { expected: expectationInWords(expectation), actual: answerInWords(answer, expectation) }
        const test = { name: one.name, request: one.request, expect: expectation }
        await expectToldAs(policy, test, isExpected(answer, expectation) ? null : words)
      }
    }
  })
})

test('under `--dev` none is carried: one that fails is told there, and does not stop it', async () => {
  const checked = checkTexts(new Map([['p.iap', `${readFileSync(policies.at(-1) as string, 'utf8')}`]]))
  if (checked.model === null) throw new Error('it has errors')
  const of = async (memo: BuildMemo | null) => {
    const built = await buildPolicy(checked.model as Model, checked, memo)
    const read = await readBundle(await built.pack({ sequence: 1, signers: [] }), { keys: 'unverified' })
    if (!read.ok) throw new Error(read.message)
    // What is told of a bundle is what it is.
    expect(read.bundle.manifest.revision).toBe(built.policy.revision)
    return read.bundle.tests
  }
  expect([await of(new BuildMemo()), await of(null)]).toEqual([null, expect.stringContaining('"expect":')])
})

test('that were many, and many of them fail', () => {
  console.log(`${compared} tests were run both ways, and ${failed} of them fail`)
  expect(compared).toBeGreaterThan(full ? 10_000 : 2500)
  expect(failed).toBeGreaterThan(full ? 5000 : 1250)
})
