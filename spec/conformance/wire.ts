/** The running proxy under the policy of one folder: a real bundle, real tokens, a service behind it, and the audit log. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateSigningKey, packBundle, publicJwk, standaloneValidators } from '../../compiler/bundle/index.ts'
import { compile } from '../../compiler/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { AuditRecord } from '../../runtime/audit/index.ts'
import { loadConfig } from '../../runtime/config/index.ts'
import { startProxy } from '../../runtime/index.ts'
import { startTestIssuer } from '../../tests/support/test-issuer.ts'
import { exchange } from '../../tests/threats/wire.ts'
import type { Case, Construct } from './cases.ts'

/** Milliseconds: what the proxy takes for now, and tokens are minted for. */
const NOW = Date.parse('2026-01-01T12:00:00Z')

export interface WireAnswer {
  readonly status: number
  /** Of a refusal of the proxy: its `x-iap-error`. Null where the service answered. */
  readonly code: string | null
  readonly record: AuditRecord
}

export interface Wire {
  send(request: EvalRequest): Promise<WireAnswer>
  close(): Promise<void>
}

/**
 * Why a case cannot be put on a wire to this version of the proxy, by rule; null where it can. `needs` are what the policy asks of a
 * runtime.
 */
export function offWire({ request, expect }: Case, { model }: Construct): string | null {
  const { caller, source } = request
  if (model.identities.some(({ methods }) => methods.some((method) => method !== 'jwt')))
    return 'callers by another method than jwt'
  if (source !== undefined) return 'a source other than the loopback'
  if (expect.code === 'url-invalid' || expect.code === 'host-mismatch') return 'what only a written request can have'
  if (caller === undefined || caller === null) return null
  if (!model.identities.some(({ name }) => name === caller.identity)) return 'an identity that nothing is configured for'
  const isObject = typeof caller.claims === 'object' && caller.claims !== null && !Array.isArray(caller.claims)
  return isObject ? null : 'claims that no token can have'
}

export async function startWire({ model, project }: Construct): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-conformance-'))
  const [issuer, service] = await Promise.all([startTestIssuer(), startService()])
  const signer = generateSigningKey()
  const compiled = compile(model)
  writeFileSync(join(folder, 'key.jwk.json'), JSON.stringify(publicJwk(signer)))
  writeFileSync(
    join(folder, 'policy.iapb'),
    await packBundle({
      compiled,
      validators: standaloneValidators(compiled.doors),
      model,
      sources: project.sources,
      sequence: 1,
      tests: { passed: 0, failed: 0 },
      signers: [signer],
    }),
  )
  // JSON is YAML.
  const settings = {
    listeners: [{ address: '127.0.0.1:0' }],
    bundle: { source: './policy.iapb', keys: ['./key.jwk.json'], state: './state' },
    ...(model.identities.length > 0 && {
      identities: Object.fromEntries(
        model.identities.map(({ name }) => [name, { issuer: issuer.issuer, audience: audienceOf(name), algorithms: ['ES256'] }]),
      ),
    }),
    services: Object.fromEntries(model.services.map(({ name }) => [name, { upstreams: [service.origin] }])),
    audit: [{ file: './audit.jsonl' }],
  }
  const loaded = loadConfig(JSON.stringify(settings), join(folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  const complain = (message: string, fields?: object) => console.error(message, fields)
  const log = { info: () => {}, warn: complain, error: complain }
  const proxy = await startProxy(loaded.config, { log, clock: () => NOW, limits: { linger: 100 }, drain: 0 })
  const port = Number(new URL(proxy.addresses[0] ?? '').port)
  const audit = join(folder, 'audit.jsonl')

  return {
    async send(request) {
      const { text } = await exchange(
        port,
        bytesOf(request, (claims, identity) => mint(claims, identity)),
      )
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
      const id = /^x-(?:iap-request|seen)-id: (.*)\r$/im.exec(text)?.[1]
      if (id === undefined) throw new Error(`the answer has no request id:\n${text}`)
      return { status, code: /^x-iap-error: (.*)\r$/im.exec(text)?.[1] ?? null, record: await recordOf(audit, id) }
    },
    async close() {
      await Promise.all([proxy.close(), issuer.close(), service.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }

  function mint(claims: object, identity: string): string {
    return issuer.mint({ aud: audienceOf(identity), ...claims }, { now: NOW / 1000 })
  }
}

/** All identities have one issuer; the audience tells whose token it is. */
function audienceOf(identity: string): string {
  return `https://${identity}.audience.example`
}

/** The request as a client would send it that knows no better: byte for byte what the case says. */
function bytesOf({ method, url, headers = {}, caller }: EvalRequest, mint: (claims: object, identity: string) => string): string {
  const [, authority = '', target = ''] = /^https?:\/\/([^/?#\\]*)(.*)$/s.exec(url) ?? []
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((line): [string, string] => [name, line]))
  if (!lines.some(([name]) => name === 'host')) lines.unshift(['host', authority])
  const connection = lines.find(([name]) => name === 'connection')
  if (connection === undefined) lines.push(['connection', 'close'])
  else connection[1] += ', close'
  if (caller) lines.push(['authorization', `Bearer ${mint(caller.claims as object, caller.identity)}`])
  if (method === 'POST' || method === 'PUT' || method === 'PATCH') lines.push(['content-length', '0'])
  return `${method} ${target.startsWith('/') ? target : `/${target}`} HTTP/1.1\r\n${lines.map((line) => `${line.join(': ')}\r\n`).join('')}\r\n`
}

interface Service {
  readonly origin: string
  close(): Promise<void>
}

/** Answers 200 to all that gets through, and names the request as the proxy named it. */
async function startService(): Promise<Service> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'x-seen-id': String(request.headers['x-iap-request-id']) })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A record is written when the answer has ended: a moment after it is there, and not always in one piece. */
async function recordOf(file: string, id: string): Promise<AuditRecord> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .find((one) => one.includes(id))
    if (line !== undefined) return JSON.parse(line)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`no audit record of ${id}`)
}
