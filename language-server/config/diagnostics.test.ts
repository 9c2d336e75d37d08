import { describe, expect, test } from 'vitest'
import { uriIn, workspaceOf } from '../../tests/support/policy-workspace.ts'
import { configActionsAt, configDiagnosticsOf } from './diagnostics.ts'

const POLICY = `identity staff via jwt { sub: string }
identity robot via api_key { sub: string }
label public
service shop at "shop.example" { route read GET "/" is public }
service store at "{tenant}.store.example" { route read GET "/" }
data listed: set<string>
permit a on shop.read to staff
permit b on store.read to robot when caller.sub in listed
`
const HEAD = `listeners:
  - address: 127.0.0.1:8080
bundle:
  source: ./policy.iapb
  keys: [./release.jwk.json]
  state: ./var
`
const WHOLE = `${HEAD}data:
  listed:
    push: true
identities:
  staff:
    issuer: https://id.example
    audience: https://shop.example
    algorithms: [ES256]
  robot:
    keys: { file: ./keys.json, hmacKey: { env: KEY } }
services:
  shop:
    upstreams: [http://127.0.0.1:3000]
  store:
    upstreams: [http://127.0.0.1:3001]
    hosts: ["*.store.example"]
`

function found(config: string, policy: string | null = POLICY) {
  const workspace = workspaceOf({ 'iap.yaml': config, ...(policy === null ? {} : { 'a.iap': policy }) })
  if (policy !== null) workspace.policyAt(uriIn('a.iap'))
  workspace.setText(uriIn('iap.yaml'), config)
  return configDiagnosticsOf(workspace).get(uriIn('iap.yaml')) ?? []
}

const lines = (config: string, policy?: string | null) =>
  found(config, policy).map(({ range: { start, end }, severity, message }) => {
    const line = config.split('\n')[start.line] ?? ''
    const marked = start.line === end.line ? line.slice(start.character, end.character) : '…'
    return `${start.line + 1} ${severity === 1 ? 'error' : 'warning'} «${marked}» ${message}`
  })

describe('diagnostics of a configuration', () => {
  test('the policy is free of errors', () => {
    const { project } = workspaceOf({ 'a.iap': POLICY }).policyAt(uriIn('a.iap')) ?? {}
    expect(project?.checked.diagnostics).toEqual([])
  })

  test('none where it goes with the policies', () => {
    expect(lines(WHOLE)).toEqual([])
  })

  test('are those of the proxy, at keys and values', () => {
    const config = WHOLE.replace('algorithms: [ES256]', 'algorithms: [HS256]')
      .replace('push: true', 'pusch: true')
      .replace('127.0.0.1:8080', '127.0.0.1:99999')
    expect(lines(config)).toEqual([
      '2 error «127.0.0.1:99999» `listeners[0].address` is not an address: the port 99999 is greater than 65535',
      '9 error «pusch» unknown key `pusch` in `data.listed`: did you mean `push`?',
      '14 error «HS256» `HS256` is not allowed: with a shared secret, everyone who can verify a token can also make one',
    ])
  })

  test('name what the policy needs and what nothing uses, with a place in the policy', () => {
    const config = WHOLE.replace('  shop:', '  shpo:').replace(
      / {2}robot:\n.*\n/,
      '  guest:\n    keys: { file: ./guests.json, hmacKey: { env: KEY } }\n',
    )
    expect(lines(config)).toEqual([
      '10 error «identities» the policy names the identity `robot`, which is not configured: add it under `identities`',
      '15 warning «guest» no policy declares the identity `guest`',
      '18 error «shpo» the policy names the service `shop`, which is not configured: is it configured here as `shpo`?',
    ])
    expect(found(config)[0]?.relatedInformation?.[0]?.location).toMatchObject({
      uri: uriIn('a.iap'),
      range: { start: { line: 1, character: 9 } },
    })
  })

  test('compare methods and hosts', () => {
    const config = WHOLE.replace('"*.store.example"', 'store.example').replace(
      /keys: \{.*\}\n/,
      'plugin: ./a.mjs\n    headers: [x-a]\n',
    )
    expect(lines(config).join('\n')).toContain('«robot» the policy authenticates `robot` `via api_key`')
    expect(lines(config).join('\n')).toContain('«store.example» the policy reads the first label of the host of `store`')
  })

  test('mentions of labels and services', () => {
    const config = `${WHOLE}rollout:\n  steps: [{ shadow: 1m }, { percent: 1, for: 1m }]\n  order: [{ labels: [publik], services: [shop] }]\n`
    expect(lines(config)).toEqual(['25 warning «publik» no policy declares the label `publik`: did you mean `public`?'])
  })

  test('what `iap run --dev` does not need is a warning', () => {
    const config = `${WHOLE.replace(/bundle:\n(?: .*\n)*/, '')}dev: { echo: true }\n`
    expect(lines(config)).toEqual([
      '1 warning «listeners» the configuration needs `bundle`: the compiled policy, and the keys that may sign it',
    ])
  })

  test('without policies nothing is said of names', () => {
    expect(lines(WHOLE, null)).toEqual([])
  })

  test('a Kubernetes manifest of that name is none of ours', () => {
    expect(lines('apiVersion: v1\nkind: Secret\n---\na: 1\n')).toEqual([])
  })

  test.each([
    ['', 1],
    ['listeners', 1],
    ['- a\n- b', 1],
    ['a: [', 1],
    ['a: "x', 1],
    ['\t', 1],
    ['{', 1],
    ['a: *b', 1],
    ['? a\n: b', 1],
    ['['.repeat(300_000), 1],
    ['- '.repeat(50_000), 1],
    ['a: &a [*a, *a]', 1],
    ['\uFEFFlisteners: 1', 1],
    [`identities: { ${'\u2028'}: 1 }`, 1],
  ])('%#: broken text has its errors', (text, least) => {
    expect(found(text).length).toBeGreaterThanOrEqual(least)
  })
})

describe('quick fixes of a configuration', () => {
  /** Applies the fix with a title to a text. */
  function fixed(config: string, title: string): string {
    const workspace = workspaceOf({ 'iap.yaml': config, 'a.iap': POLICY })
    const file = workspace.configAt(uriIn('iap.yaml'))
    if (file === null) throw new Error('no configuration')
    const everywhere = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } }
    const actions = configActionsAt(workspace, file, everywhere)
    const action = actions.find((one) => one.title === title)
    if (action === undefined) throw new Error(`only ${actions.map((one) => one.title).join('; ')}`)
    const [edit] = action.edit?.changes?.[uriIn('iap.yaml')] ?? []
    if (edit === undefined) throw new Error('no edit')
    const offset = ({ line, character }: { line: number; character: number }) =>
      config.split('\n').slice(0, line).join('\n').length + (line === 0 ? 0 : 1) + character
    return config.slice(0, offset(edit.range.start)) + edit.newText + config.slice(offset(edit.range.end))
  }

  test.each([
    ['identities', 'staff'],
    ['identities', 'robot'],
    ['services', 'shop'],
    ['services', 'store'],
    ['data', 'listed'],
  ])('%s: a missing `%s` is added', (section, name) => {
    const without = WHOLE.replace(new RegExp(`^ {2}${name}:\n(?: {4}.*\n)+`, 'm'), '')
    expect(without).not.toBe(WHOLE)
    expect(lines(fixed(without, `add \`${name}\` to \`${section}\``))).toEqual([])
  })

  test.each([
    ['no section', HEAD, `${HEAD}data:\n  listed:\n    file: ./listed.json\n`],
    ['an empty section', `data: # all\n${HEAD}`, `data: # all\n  listed:\n    file: ./listed.json\n${HEAD}`],
    ['empty brackets', `data: {}\n${HEAD}`, `data: \n  listed:\n    file: ./listed.json\n${HEAD}`],
    ['no line at the end', 'workers: 1', 'workers: 1\ndata:\n  listed:\n    file: ./listed.json\n'],
    [
      'deeper indentation',
      `data:\n    a:\n        push: true # x\n${HEAD}`,
      `data:\n    a:\n        push: true # x\n    listed:\n      file: ./listed.json\n${HEAD}`,
    ],
  ])('a section is begun or continued: %s', (_, before, after) => {
    expect(fixed(before, 'add `listed` to `data`')).toBe(after)
  })

  test('an entry in brackets is left alone', () => {
    expect(() => fixed(`data: { a: { push: true } }\n${HEAD}`, 'add `listed` to `data`')).toThrow(/^only /)
  })

  test('a misspelled name or key is changed', () => {
    expect(fixed(WHOLE.replace('  shop:', '  shpo:'), 'change to `shop`')).toBe(WHOLE)
    expect(fixed(WHOLE.replace('push', 'pusch'), 'change to `push`')).toBe(WHOLE)
  })

  test('an entry that nothing uses is removed', () => {
    const spare = WHOLE.replace('identities:\n', 'identities:\n  old: # x\n    plugin: ./a.mjs\n    headers: [x-a]\n')
    expect(fixed(spare, 'remove `old`')).toBe(WHOLE)
  })
})
