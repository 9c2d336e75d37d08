import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../interop/support/root.ts'
import { freePorts, type ListeningProgram, startListening } from '../support/listening-program.ts'
import type { Backends, Front } from './stand.ts'

/** The configuration that is published. */
const example = `${root}examples/fronts/haproxy/`

/** The configurations on the page about HAProxy, in their order. */
export const HAPROXY_SAMPLES: readonly string[] = [
  ...readFileSync(`${root}docs/guides/gateways/haproxy.md`, 'utf8').matchAll(/```haproxy\n(.*?)```/gs),
].map(([, sample = '']) => sample.trim())

/** The listener for checks of the example's `iap.yaml`, at any port. */
export const HAPROXY_CHECKS: string = (() => {
  const { listeners } = parse(readFileSync(`${example}iap.yaml`, 'utf8')) as {
    readonly listeners: readonly { protocol?: string }[]
  }
  const deciding = listeners.find(({ protocol }) => protocol === 'forward-auth')
  return JSON.stringify({ ...deciding, address: '127.0.0.1:0' }).slice(1, -1)
})()

export interface HaproxyFront extends Front, ListeningProgram {
  /** Port of 127.0.0.1 with TLS, where `tls` was given. */
  readonly secure: number
}

export interface HaproxyOptions {
  /** PEM file with a certificate and its key, for one more port with TLS. Other words of its line may follow. */
  readonly tls?: string
  /** Texts of the configuration or of the Lua file, and what replaces them. Each must occur. */
  readonly edits?: Readonly<Record<string, string>>
}

/** Starts HAProxy with the example's files, in which only addresses are replaced. Its log is in the error output. */
export async function startHaproxyFront(
  backends: Pick<Backends, 'checks' | 'proxy' | 'service'>,
  { tls, edits = {} }: HaproxyOptions = {},
): Promise<HaproxyFront> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-haproxy-front-'))
  const [port = 0, http2 = 0, checks = 0, free = 0] = await freePorts(4)
  const secure = tls === undefined ? 0 : free
  const more = tls === undefined ? '' : `\n    bind 127.0.0.1:${secure} ssl crt ${tls} alpn h2,http/1.1`
  const replaced: Readonly<Record<string, string>> = {
    ...edits,
    '/etc/haproxy': folder,
    // Two programs that take the same port would otherwise share its connections.
    'global\n': 'global\n    noreuseport\n',
    'log stdout': 'log stderr',
    'bind 127.0.0.1:8000': `bind 127.0.0.1:${port}${more}`,
    '127.0.0.1:8001': `127.0.0.1:${http2}`,
    '127.0.0.1:9000': backends.proxy,
    '127.0.0.1:9001': backends.checks,
    '127.0.0.1:9002': backends.service,
    ...(Object.keys(edits).some((from) => from.includes('9003')) ? {} : { '127.0.0.1:9003': `127.0.0.1:${checks}` }),
  }
  const unused = new Set(Object.keys(replaced))
  for (const name of ['haproxy.cfg', 'iap.lua']) {
    let text = readFileSync(join(example, name), 'utf8')
    for (const [from, to] of Object.entries(replaced)) {
      if (text.includes(from)) unused.delete(from)
      text = text.replaceAll(from, () => to)
    }
    writeFileSync(join(folder, name), text)
  }
  if (unused.size > 0) throw new Error(`the example of HAProxy does not have ${[...unused].join(', ')}`)
  const ports = secure === 0 ? [port, http2] : [port, http2, secure]
  const program = await startListening('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], ports, folder)
  return { name: 'haproxy', port, http2, secure, cannot: {}, ...program }
}
