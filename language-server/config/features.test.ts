import { expect, test } from 'vitest'
import { uriIn, workspaceOf } from '../../tests/support/policy-workspace.ts'
import { definitionAt, referencesAt } from '../features/navigation.ts'
import { renameAt } from '../features/rename.ts'
import { configDiagnosticsOf } from './diagnostics.ts'
import { configHoverAt } from './hover.ts'
import { boundNameAt, configDefinitionAt, configReferencesAt, configRenameAt } from './navigation.ts'
import { configFoldingOf, configLinksOf, configSymbolsOf } from './structure.ts'

const POLICY = `/// Those who work here.
identity staff via jwt { sub: string }
label public
service shop at "shop.example" { route read GET "/" is public }
permit a on shop.read to staff
`
const CONFIG = `listeners:
  - address: 127.0.0.1:8080
    tls: { cert: ./tls/cert.pem, key: ../key.pem }
bundle:
  source: https://bundles.example/shop.iapb
  keys: [./release.jwk.json]
  state: ./var
  poll: 30s
identities:
  "staff":
    issuer: https://id.example
services:
  shop:
    upstreams: [http://127.0.0.1:3000]
rollout:
  order: [{ services: [shop], labels: [public] }]
dev: { echo: [shop] }
`

const workspace = () => workspaceOf({ 'a.iap': POLICY, 'iap.yaml': CONFIG })
const places = (locations: readonly { uri: string; range: { start: { line: number; character: number } } }[]) =>
  locations
    .map(({ uri, range: { start } }) => `${uri.slice('file:///w/'.length)}:${start.line + 1}:${start.character + 1}`)
    .sort()

function inConfig(text: string, at = 0) {
  const of = workspace()
  const config = of.configAt(uriIn('iap.yaml'))
  if (config === null) throw new Error('no configuration')
  return { of, config, offset: CONFIG.indexOf(text) + at }
}

test.each([
  ['poll', 0, ['**poll**', 'How often a server', 'Expected: a duration such as `30s`', 'Default: `30s`']],
  ['30s', 1, ['Default: `30s`']],
  ['cert: ', 0, ['the certificate, and after it']],
  ['staff', 2, ['identity staff via jwt', 'Those who work here.', 'How callers are recognized']],
  ['[shop], labels', 2, ['service shop at "shop.example"', 'Routes: `shop.read`.']],
  ['public]', 0, ['label public']],
])('hover on %s', (text, at, least) => {
  const { of, config, offset } = inConfig(text, at)
  const hover = configHoverAt(of, config, offset)
  for (const part of least) expect(JSON.stringify(hover?.contents)).toContain(JSON.stringify(part).slice(1, -1))
})

test('hover on nothing', () => {
  const { of, config, offset } = inConfig('  state', 0)
  expect(configHoverAt(of, config, offset)).toBeNull()
})

test('from a configuration to the policy, and all names', () => {
  const { of, config, offset } = inConfig('staff', 2)
  expect(places(configDefinitionAt(of, config, offset))).toEqual(['a.iap:2:10'])
  expect(places(configReferencesAt(of, config, offset, true))).toEqual(['a.iap:2:10', 'a.iap:5:26', 'iap.yaml:10:4'])
  expect(places(configReferencesAt(of, config, offset, false))).toEqual(['a.iap:5:26', 'iap.yaml:10:4'])
  expect(boundNameAt(config, CONFIG.indexOf('upstreams'))).toBeNull()
})

test('from a policy to the configuration', () => {
  const of = workspace()
  const policy = of.policyAt(uriIn('a.iap'))
  if (policy === null) throw new Error('no policy')
  const declared = POLICY.indexOf('shop at')
  expect(places(definitionAt(of, policy, declared))).toEqual(['a.iap:4:9', 'iap.yaml:13:3'])
  expect(places(definitionAt(of, policy, POLICY.indexOf('shop.read')))).toEqual(['a.iap:4:9'])
  expect(places(referencesAt(of, policy, declared, false))).toEqual([
    'a.iap:5:13',
    'iap.yaml:13:3',
    'iap.yaml:16:24',
    'iap.yaml:17:15',
  ])
  const edit = renameAt(of, policy, declared, 'store')
  if (typeof edit === 'string') throw new Error(edit)
  expect(Object.keys(edit.changes ?? {}).sort()).toEqual([uriIn('a.iap'), uriIn('iap.yaml')])
  expect(edit.changes?.[uriIn('iap.yaml')]).toHaveLength(3)
})

test('rename from a configuration', () => {
  const { of, config, offset } = inConfig('staff', 2)
  const edit = configRenameAt(of, config, offset, 'people')
  if (typeof edit === 'string') throw new Error(edit)
  expect(
    places(Object.entries(edit.changes ?? {}).flatMap(([uri, edits]) => edits.map(({ range }) => ({ uri, range })))),
  ).toEqual(['a.iap:2:10', 'a.iap:5:26', 'iap.yaml:10:4'])
  expect(configRenameAt(of, config, offset, 'a b')).toContain('is not a name')
  expect(configRenameAt(of, config, offset, 'shop')).toContain('`shop` is declared already')
  expect(configRenameAt(of, config, CONFIG.indexOf('state'), 'a')).toContain('no name of a policy')
})

test('symbols, folding, links', () => {
  const { of, config } = inConfig('')
  expect(configSymbolsOf(config).map(({ name }) => name)).toEqual([
    'listeners',
    'bundle',
    'identities',
    'services',
    'rollout',
    'dev',
  ])
  expect(configSymbolsOf(config)[0]?.children?.[0]?.children?.map(({ name }) => name)).toEqual(['address', 'tls'])
  expect(configFoldingOf(config)).toContainEqual({ startLine: 3, endLine: 7 })
  expect(configLinksOf(of, config).map(({ target }) => target)).toEqual([
    'file:///w/tls/cert.pem',
    'file:///key.pem',
    'file:///w/release.jwk.json',
  ])
})

test('`dev.sources` says which policies a configuration is for', () => {
  const of = workspaceOf({
    'policies/shop.iap': `import { staff } from "./shared.iap"\nservice shop at "a.example" { route r GET "/" }\npermit p on shop.r to staff\n`,
    'policies/shared.iap': 'identity staff via jwt { sub: string }\n',
    'other/other.iap': 'service other at "b.example" { route r GET "/" }\n',
    'fronts/a/iap.yaml': 'services:\n  shop:\n    upstreams: [http://a:1]\ndev: { sources: ../../policies }\n',
    'fronts/b/iap.yaml': 'services:\n  shop:\n    upstreams: [http://a:1]\ndev: { sources: [../../policies/shop.iap] }\n',
  })
  const policy = of.policyAt(uriIn('policies/shop.iap'))
  if (policy === null) throw new Error('no policy')
  expect(places(referencesAt(of, policy, policy.source.text.indexOf('shop at'), true))).toEqual([
    'fronts/a/iap.yaml:2:3',
    'fronts/b/iap.yaml:2:3',
    'policies/shop.iap:2:9',
    'policies/shop.iap:3:13',
  ])
  const config = of.configAt(uriIn('fronts/b/iap.yaml'))
  if (config === null) throw new Error('no configuration')
  expect(
    of.configs
      .policiesOf(config)
      .flatMap(({ declared }) => [...declared.keys()])
      .sort(),
  ).toEqual(['identity staff', 'service shop'])
})

test('an edit of the configuration does not check policies again', () => {
  const of = workspace()
  const policy = of.policyAt(uriIn('a.iap'))
  const { checked } = policy?.project ?? {}
  of.setText(uriIn('iap.yaml'), CONFIG.replace('shop:', 'shup:'))
  expect(policy?.project.checked).toBe(checked)
  expect(
    configDiagnosticsOf(of)
      .get(uriIn('iap.yaml'))
      ?.map(({ message }) => message),
  ).toContain('the policy names the service `shop`, which is not configured: is it configured here as `shup`?')
})

test('other names of configurations', () => {
  const of = workspaceOf({ 'proxy.yaml': CONFIG, 'a.iap': POLICY })
  expect(of.configAt(uriIn('proxy.yaml'))).toBeNull()
  of.configs.names = new Set(['proxy.yaml'])
  expect(of.configAt(uriIn('proxy.yaml'))?.names).toHaveLength(5)
})
