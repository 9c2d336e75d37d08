import { randomUUID } from 'node:crypto'
import { content, StartupError } from '../../base/startup-error.ts'
import { followSigningKeys, openKeyFile } from '../../identity/index.ts'
import { askStatus, transportsOf } from '../../proxy/index.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { openTls } from '../bootstrap/open-tls.ts'
import type { Config, ServiceConfig } from '../config/index.ts'
import { type Probe, probesOf } from './assertions.ts'

export interface SelfTestOptions {
  readonly service: string
  /** Path to request with GET. */
  readonly path: string
  /** Value of the `Host` header; `null` for the host of each upstream. */
  readonly host: string | null
  readonly clock: () => number
}

export interface Tried {
  readonly upstream: string
  readonly case: Probe['name']
  readonly expected: Probe['expected']
  /** HTTP status of the service's response; `null` if there was no response. */
  readonly status: number | null
  readonly ok: boolean
  readonly problem: string | null
}

/**
 * Tests whether a service validates the proxy's assertions. Sends requests with a valid assertion, without one, and with
 * invalid ones to each upstream. The requests bypass the proxy, which would remove the assertions. Only the proxy's operator
 * can run this test, because it needs the private signing key.
 *
 * @throws StartupError if the TLS files have problems, or there is no key yet
 * @throws AssertionStateError if the signing keys cannot be read
 */
export async function selfTest(config: Config, options: SelfTestOptions): Promise<readonly Tried[]> {
  const { assertion, services } = config
  const service = services[options.service] as ServiceConfig
  const stored = assertion.state === null ? [] : openKeyFile(assertion.state).read()
  if (stored.length === 0) throw new StartupError([content('there are no signing keys yet: start the proxy, which creates them')])
  const now = options.clock()
  const key = followSigningKeys(stored.toSorted((a, b) => a.from - b.from)).current(now)
  const probes = probesOf(key, options.service, assertion.issuer, assertion.lifetime, now)
  const tls = await openTls({ ...config, listeners: [], services: { [options.service]: service } }, silent(options.clock))
  try {
    if (tls.files.problems.length > 0) throw new StartupError(tls.files.problems)
    const tried: Tried[] = []
    for (const upstream of service.upstreams)
      tried.push(...(await tryUpstream(upstream, service, tls.services[options.service] ?? null, probes, options)))
    return tried
  } finally {
    await tls.close()
  }
}

async function tryUpstream(
  upstream: string,
  service: ServiceConfig,
  tls: UpstreamTls | null,
  probes: readonly Probe[],
  { path, host }: SelfTestOptions,
): Promise<readonly Tried[]> {
  const { hostname, host: authority } = new URL(upstream)
  const { kept, fresh } = transportsOf(upstream, null, service, tls)
  const tried: Tried[] = []
  try {
    // Sequential: after the first response the service has the keys.
    for (const { name, assertion, expected } of probes) {
      const headers = ['host', host ?? authority, 'user-agent', 'iap-self-test', 'x-iap-request-id', randomUUID()]
      if (assertion !== null) headers.push('x-iap-assertion', assertion)
      const found = await askStatus(fresh, { path, headers, servername: hostname }, service.timeouts.firstByte)
      const status = typeof found === 'number' ? found : null
      const problem = typeof found === 'number' ? null : found.message
      tried.push({ upstream, case: name, expected, status, ok: isAs(expected, status), problem })
    }
  } finally {
    await Promise.all([...new Set([kept, fresh])].map((transport) => transport.destroy()))
  }
  return tried
}

/** A server error means neither. */
function isAs(expected: Probe['expected'], status: number | null): boolean {
  if (status === null) return false
  const refused = status === 401 || status === 403
  return expected === 'refused' ? refused : !refused && status < 500
}

function silent(clock: () => number): Parameters<typeof openTls>[1] {
  const nobody = () => {}
  return { log: { info: nobody, warn: nobody, error: nobody }, metrics: { tlsLoad: nobody, handshakeFailure: nobody }, clock }
}
