import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { connectorOf } from '../../proxy/upstreams/connector.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { connectionAdvice } from './advice.ts'
import { reportExpiry } from './check-certificates.ts'
import type { DoctorContext } from './context.ts'
import type { Check, CheckName, Report } from './diagnosis.ts'

/** Returns a check for each address of each service, and of each collector of audit records and traces. */
export function serviceChecks(context: DoctorContext): readonly Check[] {
  const { config, tls } = context
  const services = Object.entries(config.services).flatMap(([name, { upstreams, timeouts }]) =>
    upstreams.map((origin, index) => {
      const patience = Math.min(timeouts.connect, context.patience)
      return { name: 'service', place: `services.${name}.upstreams[${index}]`, origin, patience, tls: tls.services[name] ?? null }
    }),
  )
  const collectors = [
    ...config.audit.map((sink, index) => ({ place: `audit[${index}].otlp`, url: sink.kind === 'otlp' ? sink.url : null })),
    { place: 'traces.otlp', url: config.traces?.url ?? null },
  ].flatMap(({ place, url }) =>
    url === null ? [] : [{ name: 'collector', place, origin: new URL(url).origin, patience: context.patience, tls: null }],
  )
  return [...services, ...collectors].map(
    ({ name, place, ...target }): Check => ({
      name: name as CheckName,
      place,
      run: (report) => checkConnection(target, place, context, report),
    }),
  )
}

interface Target {
  readonly origin: string
  /** Milliseconds for the connection, with its TLS handshake. */
  readonly patience: number
  readonly tls: UpstreamTls | null
}

/** Opens a connection as the proxy does, with its TLS handshake, and closes it. Sends no request. */
async function checkConnection(
  { origin, patience, tls }: Target,
  place: string,
  { signal, clock }: DoctorContext,
  report: Report,
): Promise<void> {
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
