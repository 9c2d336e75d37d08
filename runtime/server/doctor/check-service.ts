import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { connectorOf } from '../../proxy/upstreams/connector.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { connectionAdvice } from './advice.ts'
import { reportExpiry } from './check-certificates.ts'
import type { DoctorContext } from './context.ts'
import type { CheckName, DoctorCheck, Reporter } from './diagnosis.ts'

interface Target {
  readonly place: string
  readonly origin: string
  /** Milliseconds for the connection, with its TLS handshake. */
  readonly patience: number
  /** TLS settings; `unusable` if their files are invalid, which the start-up check reports. */
  readonly tls: UpstreamTls | 'unusable' | null
}

/** Returns a check for each address of each service, and of each collector of audit records and traces. */
export function serviceChecks(context: DoctorContext): readonly DoctorCheck[] {
  const checksOf = (name: CheckName, targets: readonly Target[]) =>
    targets.map(
      (target): DoctorCheck => ({ name, place: target.place, run: (report) => checkConnection(target, context, report) }),
    )
  return [...checksOf('service', servicesIn(context)), ...checksOf('collector', collectorsIn(context))]
}

function servicesIn({ config, tls, patience }: DoctorContext): readonly Target[] {
  return Object.entries(config.services).flatMap(([name, { upstreams, timeouts, tls: own }]) =>
    upstreams.map((origin, index) => ({
      place: `services.${name}.upstreams[${index}]`,
      origin,
      patience: Math.min(timeouts.connect, patience),
      tls: tls.services[name] ?? (own === null ? null : 'unusable'),
    })),
  )
}

function collectorsIn({ config: { audit, traces }, patience }: DoctorContext): readonly Target[] {
  const urls = [
    ...audit.map((sink, index) => [`audit[${index}].otlp`, sink.kind === 'otlp' ? sink.url : null] as const),
    ['traces.otlp', traces?.url ?? null] as const,
  ]
  return urls.flatMap(([place, url]) => (url === null ? [] : [{ place, origin: new URL(url).origin, patience, tls: null }]))
}

/** Opens a connection as the proxy does, with its TLS handshake, and closes it. Sends no request. */
async function checkConnection(
  { place, origin, patience, tls }: Target,
  { signal, clock }: DoctorContext,
  report: Reporter,
): Promise<void> {
  if (tls === 'unusable') return report('skipped', 'the TLS files for this address are invalid')
  try {
    const socket = await connect(origin, patience, tls, signal)
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
    socket.destroy()
    report('ok', `\`${origin}\` accepts connections`)
    if (certificate !== undefined)
      reportExpiry(`the certificate of \`${origin}\``, Date.parse(certificate.validTo), clock(), report)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = message.includes(code ?? '') ? message : `${code}: ${message}`
    const ca = place.startsWith('services.') ? place.replace(/upstreams\[\d+\]$/, 'tls.ca') : null
    report('problem', `no connection to \`${origin}\`: ${reason}`, {
      advice: connectionAdvice(`${code} ${message}`, { address: place, ca }),
    })
  }
}

function connect(origin: string, patience: number, tls: UpstreamTls | null, signal: AbortSignal): Promise<Socket> {
  const { hostname, host, protocol, port } = new URL(origin)
  const connector = connectorOf(origin, null, patience, tls)
  return new Promise((resolve, reject) => {
    connector({ hostname, host, protocol, port: port || (protocol === 'https:' ? '443' : '80') }, (error, socket) => {
      if (error !== null) return reject(error)
      signal.addEventListener('abort', () => socket.destroy(), { once: true })
      resolve(socket)
    })
  })
}
