/**
 * A bundle of the ABI before this one: `abi-1/records.iapb`, as the compiler of that time built it (its policy is among its sources), with what
 * `iap eval` of that time answered to `requests.jsonl`. Its private key was thrown away: nothing more can be signed in its name.
 */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { load } from '../../embed/runtime/index.ts'
import { adapt1, type EvalAnswer, type EvalRequest, type Manifest } from '../../runtime/abi/index.ts'
import { type KnownParts, policyViolation } from '../../runtime/abi/whitelist/index.ts'
import {
  assemble,
  type Bundle,
  evaluate,
  evaluateExplained,
  instantiate,
  lackingNeeds,
  readBundle,
  readPublicKeys,
  warm,
} from '../../runtime/policy/index.ts'
import { withManifest } from '../bundles/craft-bundle.ts'
import { tinyBundle, tinySigner } from '../bundles/tiny-policy.ts'

const file = (name: string) => readFileSync(new URL(`abi-1/${name}`, import.meta.url))
const lines = <T>(name: string): readonly T[] =>
  file(name)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)

const signer = file('signer.public.jwk.json').toString()
const questions = lines<EvalRequest>('requests.jsonl')
const answers = new Map(lines<EvalAnswer>('answers.jsonl').map((answer) => [answer.id, answer]))
let bundle: Bundle

beforeAll(async () => {
  const keys = readPublicKeys(signer)
  if (!keys.ok) throw new Error(keys.message)
  const read = await readBundle(file('records.iapb'), { keys: keys.keys })
  if (!read.ok) throw new Error(read.message)
  bundle = read.bundle
})

describe('a bundle of ABI 1', () => {
  it('loads: signature, digests, whitelist, shape, needs, and a decision of each route', async () => {
    expect(bundle.manifest).toMatchObject({ abi: 1, sequence: 3, data: [], bodies: [], invariants: [] })
    expect(bundle.verifiedBy).toHaveLength(1)
    expect(lackingNeeds(bundle.manifest)).toEqual([])
    await warm(instantiate(bundle))
  })

  it('asks each kind of question', () => {
    const effects = new Set([...answers.values()].map(({ effect }) => effect))
    expect([...effects].sort()).toEqual(['deny', 'permit', 'reject', 'unauthenticated'])
    expect([...answers.values()].filter(({ errors }) => errors.length > 0)).toHaveLength(2)
    expect(answers.size).toBe(questions.length)
  })

  it.each(questions.map((question) => [question.id, question] as const))('answers as it did then: %s', (id, question) => {
    const { effect, route, rules, reason, status, code, errors, revision } = answers.get(id) as EvalAnswer
    const answer = evaluate(instantiate(bundle), question)
    expect(answer).toMatchObject({ id, effect, route, rules, reason, revision, obligations: { headers: {}, limits: [] } })
    expect([answer.status, answer.code]).toEqual([status, code])
    // Errors had names then.
    expect(answer.errors).toEqual(errors.map(({ rule }) => ({ rule, error: 'evaluation' })))
  })

  it('explains with the rules that decided and no clauses, which its code does not tell', () => {
    const { answer, explanation } = evaluateExplained(instantiate(bundle), questions[5] as EvalRequest)
    expect(answer.rules).toEqual(['nurses_read'])
    expect(explanation).toEqual({ rules: [], nearest: null })
  })

  it('is loaded by programs that embed decisions', async () => {
    const policy = await load(file('records.iapb'), { keys: [signer] })
    const known = policy.facts('partner', { client_id: 'audit', scope: 'records:read' })
    if (!known.ok) throw new Error(known.message)
    const decision = policy.decide({ method: 'GET', url: 'https://east.records.example/records/1042' }, known.facts)
    expect(decision).toMatchObject({ effect: 'permit', rule: 'auditors_read' })
  })

  it('is served at the hosts of the configuration, whose label it reads', () => {
    const policy = instantiate(bundle, { hosts: { records: ['{ward}.clinic.test'] } })
    const [, , , , , question] = questions as readonly EvalRequest[] as [EvalRequest, ...EvalRequest[]]
    const moved = (host: string) => ({ ...question, url: `https://${host}/records/1042` }) as EvalRequest
    expect(evaluate(policy, moved('east.clinic.test'))).toMatchObject({ effect: 'permit' })
    expect(evaluate(policy, moved('west.clinic.test'))).toMatchObject({ effect: 'deny', reason: 'default' })
    expect(evaluate(policy, moved('east.records.example'))).toMatchObject({ reason: 'no-route' })
  })
})

describe('code that says it is of ABI 1', () => {
  const withBody = (code: string) => bundle.policy.replace('  return 8\n', `  ${code}\n  return 8\n`)

  it.each([
    ['value()', 'call'],
    ['const value = request.headers.constructor', 'property'],
    ["const value = request['headers']", 'computed-key'],
    ['const value = globalThis', 'name'],
    ['const value = abi', 'name'],
    ["request.headers.apply('x')", 'call'],
    ["const value = new Function('return process')()", 'call'],
    ["import('node:fs')", 'expression'],
    ['while (true) abi.int(1)', 'statement'],
    // Helpers of today are none of ABI 1.
    ["const value = abi.regex('a')", 'property'],
    ["const value = abi.member(request, 'host')", 'property'],
    ['facts.roles[0] |= 1', 'assignment'],
  ])('is held to the whitelist: %s', (code, rule) => {
    expect(policyViolation(withBody('const value = 1'), undefined, 1)).toBeNull()
    expect(policyViolation(withBody(code), undefined, 1)?.rule).toBe(rule)
    expect(() => instantiate({ ...bundle, policy: withBody(code) })).toThrow(
      expect.objectContaining({ code: 'module-whitelist' }),
    )
  })

  it('has no use of helpers that are of ABI 1 alone in a bundle of today', () => {
    const known: KnownParts = new Map()
    // Nor where it was looked at before as what it is.
    expect(policyViolation(bundle.policy, known, 1)).toBeNull()
    expect(policyViolation(bundle.policy, known)?.rule).toBe('property')
  })

  it('never runs its validators, whatever they are', () => {
    const policy = instantiate({ ...bundle, validators: 'throw process.exit(1)' })
    expect(evaluate(policy, questions[0] as EvalRequest).effect).toBe('permit')
  })

  it.each<[string, (policy: string) => string]>([
    ['says another ABI in its module', (policy) => policy.replace('abi: 1,', 'abi: 2,')],
    ['lacks a function', (policy) => policy.replace('      decide: decide$records$read,\n', '')],
    ['has a template without its suffix', (policy) => policy.replace(", suffix: '.png'", '')],
    ['has an outcome that obliges', (policy) => policy.replace('limits: []', "limits: ['a']")],
    ['has an outcome that challenges', (policy) => policy.replace('challenge: null', "challenge: 'mfa'")],
    ['has an effect of its own', (policy) => policy.replace("effect: 'permit'", "effect: 'allow'")],
    ['has parameters that go with no template', (policy) => policy.replace("params: ['ward', 'id', 'rest']", "params: ['id']")],
  ])('is refused where it %s', (_, change) => {
    const changed = change(bundle.policy)
    expect(changed).not.toBe(bundle.policy)
    expect(() => instantiate({ ...bundle, policy: changed })).toThrow(expect.objectContaining({ code: 'module-shape' }))
  })

  it('is no module where it is nothing of that kind', () => {
    for (const none of [null, 1, [], {}, { abi: 1 }, { abi: 1, outcomes: [], identities: [], routes: [] }])
      expect(adapt1(none)).toBeNull()
  })

  it('that decides what is no outcome is found before it serves', async () => {
    const policy = assemble({ ...bundle, policy: bundle.policy.replace('return 8\n', 'return 12\n') })
    await expect(warm(policy)).rejects.toThrow('no outcome')
  })
})

describe('the ABI in a manifest', () => {
  const saying = async (change: (manifest: Manifest) => unknown) => {
    const keys = readPublicKeys(JSON.stringify(tinySigner.key.export({ format: 'jwk' }), ['kty', 'crv', 'x']))
    if (!keys.ok) throw new Error(keys.message)
    const read = await readBundle(await withManifest(await tinyBundle(), tinySigner, change), { keys: keys.keys })
    return read.ok ? read.bundle.manifest.abi : read
  }

  it.each([
    [99, '99'],
    [3, '3'],
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    ['2', 'none that is a number'],
    ['1', 'none that is a number'],
    [null, 'none that is a number'],
    [[1], 'none that is a number'],
  ])('%j is refused by name', async (abi, name) => {
    const message = `the bundle was compiled for ABI ${name}, and this runtime runs ABI 1 and 2`
    expect(await saying((manifest) => ({ ...manifest, abi }))).toEqual({ ok: false, code: 'abi', message })
  })

  it('that is left out is refused', async () => {
    expect(await saying(({ abi: _, ...rest }) => rest)).toMatchObject({ code: 'abi' })
  })

  it('of this runtime is read', async () => expect(await saying((manifest) => manifest)).toBe(2))

  it('1 goes with what policies had then', async () => {
    expect(await saying((manifest) => ({ ...manifest, abi: 1 }))).toMatchObject({ code: 'manifest-shape' })
    expect(await saying(({ bodies: _, check: ___, invariants: __, ...rest }) => ({ ...rest, abi: 1 }))).toBe(1)
    const data = [{ name: 'd', schema: {} }]
    expect(await saying(({ bodies: _, check: ___, invariants: __, ...rest }) => ({ ...rest, abi: 1, data }))).toMatchObject({
      code: 'manifest-shape',
    })
  })
})
