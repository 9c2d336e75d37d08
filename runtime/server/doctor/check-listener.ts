import { readFileSync } from 'node:fs'
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { connect, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type Address, isUnix, renderAddress, type UnixAddress } from '../../base/address.ts'
import { settledWithin } from '../../base/waiting.ts'
import { WELL_KNOWN } from '../../proxy/refusals/index.ts'
import type { DoctorContext } from './context.ts'
import type { DoctorCheck, Reporter } from './diagnosis.ts'

interface Bound {
  readonly place: string
  readonly address: Address | UnixAddress
  /** Path that only a proxy answers with 200; `null` if this listener serves none to everybody. */
  readonly path: string | null
  readonly isSecure: boolean
  /** Name under which a service manager passes the socket; `null` if the proxy opens it. */
  readonly fd: string | null
}

/** Returns a check for each address at which the proxy listens. */
export function listenerChecks(context: DoctorContext): readonly DoctorCheck[] {
  const { listeners, admin, probes } = context.config
  const all: readonly Bound[] = [
    ...listeners.map(({ address, tls, check, proxyProtocol, fd }, index) => ({
      fd,
      place: `listeners[${index}].address`,
      address,
      path: check === null && proxyProtocol === null ? `${WELL_KNOWN}jwks.json` : null,
      isSecure: tls !== null,
    })),
    ...(admin === null
      ? []
      : [{ place: 'admin.address', address: admin.address, path: '/livez', isSecure: admin.tls !== null, fd: null }]),
    ...(probes === null ? [] : [{ place: 'probes.address', address: probes.address, path: '/livez', isSecure: false, fd: null }]),
  ]
  return all.map((bound) => ({ name: 'listener', place: bound.place, run: (report) => checkListener(bound, context, report) }))
}

/** Does not listen: connects, to find out whether another program does. */
async function checkListener(bound: Bound, { patience, signal }: DoctorContext, report: Reporter): Promise<void> {
  const { address, place, path } = bound
  const name = renderAddress(address)
  if (bound.fd !== null) return report('skipped', `a service manager passes the socket \`${bound.fd}\``)
  if (!isUnix(address)) {
    if (address.port === 0) return report('skipped', 'port 0 stands for any free port')
    const problem = addressProblem(address)
    if (problem !== null) return report('problem', problem.message, { advice: problem.advice.replace('PLACE', place) })
  }
  if (!(await isTaken(address, patience, signal))) return report('ok', `\`${name}\` is free`)
  const advice = `stop the other program, or configure another address in \`${place}\``
  if (isUnix(address) || path === null)
    return report('warning', `a program listens at \`${name}\`, and it is not known whether that is the proxy`, {
      advice: `if the proxy is not running, ${advice}`,
    })
  if (await isProxy(bound, patience, signal)) return report('ok', `a running proxy listens at \`${name}\``)
  report('problem', `a program that is not the proxy listens at \`${name}\``, { advice })
}

function addressProblem({ host, port }: Address): { readonly message: string; readonly advice: string } | null {
  const own = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? [])
  const isLocal = host.startsWith('127.') || host === '0.0.0.0' || host === '::' || own.includes(host)
  if (isIP(host) !== 0 && !isLocal)
    return { message: `this machine has no address \`${host}\``, advice: 'configure an address of this machine in `PLACE`' }
  if (isForbidden(port))
    return {
      message: `this user must not listen on ports below ${firstFreePort()}, such as ${port}`,
      advice:
        'give the program `CAP_NET_BIND_SERVICE`, let a service manager pass the socket, or configure another port in `PLACE`',
    }
  return null
}

function isForbidden(port: number): boolean {
  if (process.platform !== 'linux' || port >= firstFreePort()) return false
  const capabilities = /^CapEff:\s*([0-9a-f]+)/m.exec(readText('/proc/self/status'))?.[1]
  return capabilities !== undefined && (BigInt(`0x${capabilities}`) & CAP_NET_BIND_SERVICE) === 0n
}

const CAP_NET_BIND_SERVICE = 1n << 10n

function firstFreePort(): number {
  return Number(readText('/proc/sys/net/ipv4/ip_unprivileged_port_start') || 1024)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch {
    return ''
  }
}

/** An address that does not respond is free: a listening program of this machine accepts at once. */
async function isTaken(address: Address | UnixAddress, patience: number, signal: AbortSignal): Promise<boolean> {
  const socket = isUnix(address) ? connect(address.path) : connect({ host: reachable(address.host), port: address.port })
  signal.addEventListener('abort', () => socket.destroy(), { once: true })
  const connected = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  })
  const taken = await settledWithin(connected, patience, false)
  socket.destroy()
  return taken
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** The certificate is not verified: the address is of this machine, and the request holds nothing. */
async function isProxy({ address, path, isSecure }: Bound, patience: number, signal: AbortSignal): Promise<boolean> {
  if (isUnix(address)) return false
  const options = { host: reachable(address.host), port: address.port, path, signal, agent: false as const }
  const asked = new Promise<boolean>((resolve) => {
    const request = isSecure ? getHttps({ ...options, rejectUnauthorized: false }) : getHttp(options)
    request.on('error', () => resolve(false))
    request.on('response', (response) => {
      resolve(response.statusCode === 200)
      response.destroy()
    })
    setTimeout(() => request.destroy(), patience).unref()
  })
  return await asked
}
