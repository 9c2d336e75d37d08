import { expect, test } from 'vitest'
import type { Manifest } from '../../abi/index.ts'
import { loadConfig } from '../config/index.ts'
import { reportBelievedCertificates } from './report-believed-certificates.ts'
import { reportLimitedRoutes } from './report-limited-routes.ts'
import { reportRuleHeaders } from './report-rule-headers.ts'

function said(listeners: string, bodies: readonly string[]): readonly string[] {
  const loaded = loadConfig(`listeners: ${listeners}\n`, 'iap.yaml', { dev: true })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors))
  const lines: string[] = []
  const at = (level: string) => (message: string, fields?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  reportLimitedRoutes(loaded.config, { bodies } as unknown as Manifest, log)
  return lines
}

const NGINX = '{ address: "unix:/run/iap/nginx.sock", protocol: forward-auth, original: x-original }'
const ENVOY = '{ address: "unix:/run/iap/envoy.sock", protocol: ext-authz }'

test('each listener that decides says what it cannot serve', () => {
  expect(said(`[{ address: "127.0.0.1:8080" }, ${NGINX}, ${ENVOY}]`, ['app.order'])).toEqual([
    'warn checks cannot serve app.order fully: the decision may depend on the body, which nginx does not send with a check {"listener":"unix:/run/iap/nginx.sock","protocol":"forward-auth"}',
    'info checks serve app.order fully only if the asking proxy is set up for it: the decision may depend on the body: set `with_request_body` with `pack_as_bytes: true` in Envoy {"listener":"unix:/run/iap/envoy.sock","protocol":"ext-authz"}',
  ])
  expect(said(`[{ address: "127.0.0.1:8080" }, ${NGINX}]`, [])).toEqual([])
})

test('of many routes, twenty are named', () => {
  const [line] = said(
    `[${NGINX}]`,
    Array.from({ length: 33 }, (_, i) => `app.r${100 + i}`),
  )
  expect(line).toContain('app.r100, ')
  expect(line).toContain('app.r119 and 13 more fully:')
})

test('headers that rules set are named for proxies that copy by name', () => {
  const lines: string[] = []
  const log = { info: () => {}, warn: (message: string) => void lines.push(message), error: () => {} }
  const check = { protocol: 'forward-auth' } as const
  const listeners = [{ address: { host: '127.0.0.1', port: 1 }, check }, { check: { protocol: 'ext-authz' } }, { check: null }]
  reportRuleHeaders({ listeners } as never, ['x-team', 'x-tier'], log)
  reportRuleHeaders({ listeners } as never, [], log)
  expect(lines).toEqual(['the asking proxy must copy these headers, which rules set, or clients can set them: x-team, x-tier'])
})

test('rules that read certificates of all issuers', () => {
  const lines: string[] = []
  const log = { info: () => {}, warn: (message: string) => void lines.push(message), error: () => {} }
  const listeners = [{ address: { host: '127.0.0.1', port: 1 }, check: { protocol: 'ext-authz' }, trust: null }]
  for (const needs of [['mtls'], []])
    reportBelievedCertificates({ listeners, identities: { staff: { mtls: null } } } as never, { needs } as never, log)
  expect(lines).toEqual([
    'certificates of callers of all issuers, which rules read, are believed as the asking proxy states them: set `ca` to verify them here',
  ])
})

test.each([
  ['ext-authz', null, null, 1],
  ['ext-authz', null, { file: 'ca.pem' }, 0],
  ['forward-auth', { certificate: 'x-cert' }, null, 1],
  ['forward-auth', { certificate: null }, null, 0],
  ['forward-auth', null, null, 0],
])('certificates that %s states by %j with the authorities %j', (protocol, trust, ca, count) => {
  const lines: string[] = []
  const log = { info: () => {}, warn: (message: string) => void lines.push(message), error: () => {} }
  const listeners = [{ address: { host: '127.0.0.1', port: 1 }, check: { protocol }, trust }]
  reportBelievedCertificates(
    { listeners, identities: { mesh: { mtls: { trustDomain: null, ca } }, staff: { mtls: null } } } as never,
    { needs: [] } as never,
    log,
  )
  expect(lines).toHaveLength(count)
})
