import { readdirSync, readFileSync } from 'node:fs'
import type { InteropRun } from '../../interop/support/interop-run.ts'
import { root } from '../../interop/support/root.ts'
import { type Nginx, startNginx } from '../support/nginx.ts'
import type { Backends, Front, StandOptions } from './stand.ts'

const folder = `${root}examples/fronts/nginx/`

/** The files of the example by name, as published. */
export const nginxExample: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => /\.(conf|yaml)$/.test(name))
    .map((name) => [name, readFileSync(folder + name, 'utf8')]),
)

/** Replaces texts. @throws Error if one does not occur, so that no test starts with an address of the example */
export function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the example has no \`${from}\``)
    return changed.replaceAll(from, to)
  }, text)
}

/**
 * Starts nginx with the configuration of the example and these addresses.
 *
 * @param change changes `nginx.conf` further
 */
export function startNginxExample(
  { checks, proxy, service }: Backends,
  change: (text: string) => string = (text) => text,
): Promise<Nginx> {
  return startNginx((port, http2) => {
    const addresses = {
      '127.0.0.1:8000': `127.0.0.1:${port}`,
      '127.0.0.1:8001': `127.0.0.1:${http2}`,
      '127.0.0.1:9000': proxy,
      '127.0.0.1:9001': checks,
      '127.0.0.1:9002': service,
    }
    return { ...nginxExample, 'nginx.conf': change(replaceAll(nginxExample['nginx.conf'] ?? '', addresses)) }
  })
}

/** What nginx cannot do. */
const CANNOT: Front['cannot'] = {
  'checked-bodies': 'nginx sends no body with `auth_request`',
  trace: 'nginx itself refuses TRACE',
}

/** The listener for checks of the example's `iap.yaml`, at any port. */
const CHECKS = /^ {2}- address: 127\.0\.0\.1:9001\n((?: {4}.*\n)+)/m

/** Options of a stand behind the nginx of the example. */
export function nginxStand(run: InteropRun): StandOptions {
  const lines = CHECKS.exec(nginxExample['iap.yaml'] ?? '')?.[1]
  if (lines === undefined) throw new Error('the example has no listener for checks')
  return {
    checks: `address: "127.0.0.1:0", ${lines.trim().split(/\n */).join(', ')}`,
    async start(backends) {
      const { port, http2, close } = await startNginxExample(backends)
      run.defer(close)
      return { name: 'nginx', port, http2, cannot: CANNOT }
    },
  }
}
