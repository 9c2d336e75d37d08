import { foldHeaderName, isIdentityHeader } from '../../../../request/index.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import type { ServiceConfig } from '../config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig, RawListener, RawService } from '../raw-config.ts'
import { readCors } from './cors.ts'
import { readOrigin } from './origin.ts'
import { checkTwice, items, type Reading } from './reading.ts'
import { record } from './record.ts'
import { readExchange } from './service-exchange.ts'
import { readServiceTls } from './service-tls.ts'
import { readTimeouts } from './timeouts.ts'
import { readUpstreams } from './upstreams.ts'

export function readServices(
  { services, identityHeaders, listeners }: RawConfig,
  reading: Reading,
): Readonly<Record<string, ServiceConfig>> {
  const everywhere = readIdentityHeaders(identityHeaders, ['identityHeaders'], reading)
  // Services of listeners that only decide are other proxies' to reach.
  const forwards = (listeners ?? []).some((listener) => listener !== undefined && !isOnlyDeciding(listener))
  const read = (raw: RawService | undefined, path: ConfigPath) => {
    if (raw !== undefined && forwards && !('upstreams' in raw))
      reading.problem(path, `${named(path)} lacks \`upstreams\`: add it`, true)
    const service = readService(raw ?? {}, path, reading)
    return { ...service, identityHeaders: [...everywhere, ...service.identityHeaders] }
  }
  return record(Object.entries(services ?? {}).map(([name, raw]) => [name, read(raw, ['services', name])]))
}

/** An invalid protocol may be either. */
function isOnlyDeciding(listener: RawListener): boolean {
  return listener.protocol === undefined ? 'protocol' in listener : listener.protocol !== 'proxy'
}

/** Each must be a header that is otherwise removed: other names have no effect. */
function readIdentityHeaders(raw: RawService['identityHeaders'], path: ConfigPath, reading: Reading): readonly string[] {
  const names = items(raw, path).map(([name, at]) => {
    if (!isIdentityHeader(name.toLowerCase()))
      reading.problem(at, `\`${name}\` is not an identity header, so the proxy never removes it: remove it from this list`)
    return [foldHeaderName(name).replace(/^-|-$/g, ''), at] as const
  })
  checkTwice(names, reading)
  return names.map(([name]) => name)
}

function readService(raw: RawService, path: ConfigPath, reading: Reading): ServiceConfig {
  const upstreams = items(raw.upstreams, [...path, 'upstreams']).map(([text, at]) => [readOrigin(text, at, reading), at] as const)
  const hosts = items(raw.hosts, [...path, 'hosts']).map(([text, at]) => [lowerHost(text), at] as const)
  checkTwice(upstreams, reading)
  const origins = items(raw.origins, [...path, 'origins']).map(([text, at]) => [readOrigin(text, at, reading), at] as const)
  checkTwice(hosts, reading)
  checkTwice(origins, reading)
  return {
    upstreams: upstreams.map(([origin]) => origin),
    hosts: raw.hosts === undefined ? null : hosts.map(([host]) => host),
    origins: origins.map(([origin]) => origin),
    identityHeaders: readIdentityHeaders(raw.identityHeaders, [...path, 'identityHeaders'], reading),
    cors: raw.cors === undefined ? null : readCors(raw.cors, [...path, 'cors'], reading),
    tls: raw.tls === undefined ? null : readServiceTls(raw.tls, [...path, 'tls'], upstreams, reading),
    exchange: raw.exchange === undefined ? null : readExchange(raw.exchange, [...path, 'exchange'], reading),
    timeouts: readTimeouts(raw, path, reading),
    ...readUpstreams(raw, path, reading),
  }
}

const silent: Reading = {
  ...{ dev: true, insecureHttpIssuer: false, paths: new Set<string>(), startFiles: new Set<string>() },
  ...{ absolute: (path: string) => path, problem: () => {} },
}

/** The settings of a service for which nothing but its addresses is configured. */
export const defaultService: Omit<ServiceConfig, 'upstreams'> = {
  hosts: null,
  origins: [],
  identityHeaders: [],
  cors: null,
  tls: null,
  exchange: null,
  timeouts: readTimeouts({}, [], silent),
  ...readUpstreams({}, [], silent),
}

/** Lower-cases all but the parameter's name. */
function lowerHost(text: string): string {
  const brace = text.indexOf('}')
  return text.slice(0, brace + 1) + text.slice(brace + 1).toLowerCase()
}
