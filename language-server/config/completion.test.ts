import { describe, expect, test } from 'vitest'
import { uriIn, withoutCursor, workspaceOf } from '../../tests/support/policy-workspace.ts'
import { configCompletionAt } from './completion.ts'

const POLICY = `identity staff via jwt, api_key { sub: string }
identity guest via oidc { sub: string }
label public
service shop at "shop.example" { route read GET "/" is public }
data listed: set<string>
permit a on shop.read to staff when caller.sub in listed
`

function itemsAt(marked: string) {
  const { text, offset } = withoutCursor(marked)
  const workspace = workspaceOf({ 'iap.yaml': text, 'a.iap': POLICY })
  const config = workspace.configAt(uriIn('iap.yaml'))
  if (config === null) throw new Error('no configuration')
  return { text, items: configCompletionAt(workspace, config, offset) }
}

const labelsAt = (marked: string) => itemsAt(marked).items.map(({ label }) => label)

/** Returns the text after an item was chosen. */
function chosen(marked: string, label: string): string {
  const { text, items } = itemsAt(marked)
  const item = items.find((one) => one.label === label)
  if (item?.textEdit === undefined || !('range' in item.textEdit)) throw new Error(`only ${items.map((one) => one.label)}`)
  const { range, newText } = item.textEdit
  const lines = text.split('\n')
  const line = lines[range.start.line] ?? ''
  lines[range.start.line] = line.slice(0, range.start.character) + newText + line.slice(range.end.character)
  return lines.join('\n')
}

describe('completion in a configuration', () => {
  test.each([
    ['of an empty file', '‸', ['listeners', 'bundle', 'identities', 'services']],
    ['of a half-typed key', 'listeners:\n  - address: a:1\nbun‸', ['bundle']],
    ['before others', '‸\nworkers: 1\n', ['listeners', 'bundle']],
    ['of a section', 'bundle:\n  ‸\nworkers: 1\n', ['source', 'keys', 'state']],
    ['of a section with others', 'bundle:\n  source: a\n  ‸\n  state: b\nworkers: 1\n', ['keys']],
    ['of an element', 'listeners:\n  - ‸', ['address', 'protocol', 'tls']],
    ['of an element with others', 'listeners:\n  - address: a:1\n    ‸\n  - address: b:1\n', ['protocol']],
    ['in brackets', 'listeners: [{ address: a:1, ‸ }]', ['protocol', 'tls']],
    ['in brackets that are open', 'bundle: { source: x, ‸', ['keys']],
    ['of a definition', 'listeners:\n  - tls:\n      ‸', ['cert', 'key', 'clientCa']],
    ['below a name of the policy', 'services:\n  shop:\n    ‸', ['upstreams', 'hosts', 'timeout']],
    ['in place of a key', 'bundle:\n  sou‸rce: x\n', ['source', 'keys']],
  ])('keys %s', (_, marked, least) => {
    expect(labelsAt(marked)).toEqual(expect.arrayContaining(least))
  })

  test.each([
    ['an enumeration', 'listeners:\n  - address: a:1\n    protocol: ‸', ['proxy', 'ext-authz', 'forward-auth']],
    ['an enumeration, half-typed', 'bundle:\n  whenStale: wa‸\n  source: x', ['warn', 'close']],
    ['a value below its key', 'bundle:\n  whenStale:\n    ‸', ['warn', 'close']],
    ['true and false', 'listeners: [{ address: a:1, http2: ‸ }]', ['true', 'false']],
    ['one value', 'data:\n  listed:\n    push: ‸', ['true']],
    ['numbers once', 'listeners:\n  - tls:\n      minVersion: ‸', ['1.2', '1.3']],
    ['labels', 'rollout:\n  order:\n    - labels: [‸]', ['public']],
    ['labels in lines', 'rollout:\n  order:\n    - labels:\n        - ‸', ['public']],
    ['services', 'dev:\n  echo: [sh‸]', ['shop']],
    ['identities that are lacking', 'identities:\n  staff: {}\n  ‸', ['guest']],
    ['services that are lacking, in brackets', 'services: { ‸ }', ['shop']],
    ['data', 'data:\n  ‸', ['listed']],
    ['elements of a list', 'listeners:\n  ‸', expect.arrayContaining(['- address', '- tls'])],
    ['nothing for a map on the line of its key', 'bundle: ‸', []],
    ['nothing for a text', 'bundle:\n  source: ‸', []],
    ['nothing in a comment', 'bundle: # ‸', []],
    ['nothing in quotes', 'bundle:\n  source: "a ‸ b"', []],
    ['nothing for an unknown key', 'bundel:\n  ‸', []],
  ])('%s', (_, marked, labels) => {
    expect(labelsAt(marked)).toEqual(labels)
  })

  test('algorithms', () => {
    expect(labelsAt('identities:\n  staff:\n    algorithms: [ES256, ‸]')).toContain('EdDSA')
  })

  test.each([
    ['bun‸', 'bundle', 'bundle:\n  '],
    ['listeners:\n  - ‸', 'tls', 'listeners:\n  - tls:\n      '],
    ['lis‸', 'listeners', 'listeners:\n  - '],
    ['bundle: { ‸ }', 'source', 'bundle: { source:  }'],
    ['bundle:\n  sou‸: x', 'source', 'bundle:\n  source: x'],
    ['listeners:\n  ‸', '- address', 'listeners:\n  - address: '],
    ['services:\n  ‸', 'shop', 'services:\n  shop:\n    upstreams: [http://127.0.0.1:3000]'],
    ['data: { ‸ }', 'listed', 'data: { listed: { file: ./listed.json } }'],
    [
      'identities:\n  ‸',
      'guest',
      'identities:\n  guest:\n    issuer: https://id.example.com\n    clientId: iap\n    clientSecret: { env: IAP_CLIENT_SECRET }\n    scopes: [profile]',
    ],
  ])('%s: choosing %s', (marked, label, text) => {
    expect(chosen(marked, label)).toBe(text)
  })

  test('says what a key is for, and which are required', () => {
    const { items } = itemsAt('bundle:\n  ‸')
    const source = items.find(({ label }) => label === 'source')
    expect(source?.detail).toMatch(/\(required\)$/)
    expect(JSON.stringify(source?.documentation)).toContain('which is watched')
  })

  // Longer than the time-out of a test if it takes the square of the length.
  test('of a long line', () => {
    expect(labelsAt(`services: ${'a'.repeat(200_000)}  ‸`)).toEqual([])
  })

  test('any offset of any cut text has an answer', () => {
    const text =
      'listeners:\n  - address: "a:1" # x\n    tls: { cert: ./a.pem, key: [ }\nservices:\n\tshop: &a\n   ? b\n  : *a\n---\n'
    for (let end = 0; end <= text.length; end += 1)
      for (const at of [end, Math.floor(end / 2), 0])
        expect(labelsAt(`${text.slice(0, at)}‸${text.slice(at, end)}`)).toBeDefined()
  })
})
