import { join } from 'node:path'
import type { Backends } from '../tests/fronts/stand.ts'
import { freePort } from '../tests/support/listening-program.ts'
import { startThreatStand } from '../tests/threats/front-stand.ts'
import { envoyConfiguration } from './envoy/configuration.ts'
import { installEnvoy, startEnvoy } from './envoy/start-envoy.ts'
import { envoyDifferences } from './envoy-threats/differences.ts'
import type { InteropRun } from './support/interop-run.ts'
import { runThreats } from './support/run-threats.ts'
import type { Suite } from './support/suite.ts'

export const envoyThreats: Suite = {
  summary: 'the raw-socket and raw-frame threat cases through Envoy',
  async run(run) {
    const program = await installEnvoy(run)
    const stand = await startThreatStand(run, {
      checks: 'address: "unix:@/check.sock", protocol: ext-authz',
      async start(backends) {
        const port = await freePort()
        await startEnvoy(run, program, configuration(run, port, backends), [port])
        return { name: 'Envoy', port, http2: port }
      },
    })
    await runThreats(run, stand, envoyDifferences)
  },
}

interface VirtualHost {
  readonly routes: readonly object[]
  readonly typed_per_filter_config: object
}

interface Manager {
  readonly route_config: { readonly virtual_hosts: readonly [VirtualHost] }
}

interface Listener {
  readonly filter_chains: readonly [{ readonly filters: readonly [{ readonly typed_config: Manager }] }]
}

/** Envoy's listener for raw headers, with a virtual host for each service of the policy, and with limits for connections. */
function configuration(run: InteropRun, port: number, { checks, service }: Backends): string {
  const none = { cert: '', key: '', clientCa: '' }
  const plan = { raw: port, merged: 0, filtered: 0, secure: 0, socket: checks, log: join(run.scratch, 'access.log'), tls: none }
  const whole = JSON.parse(envoyConfiguration({ ...plan, service: Number(service.split(':')[1]) })) as {
    readonly static_resources: { readonly listeners: readonly [Listener, ...Listener[]] }
  }
  const [listener] = whole.static_resources.listeners
  const [{ typed_config: manager }] = listener.filter_chains[0].filters
  const [host] = manager.route_config.virtual_hosts
  const hostOf = (name: string, domain: string) => ({
    name,
    domains: [domain],
    routes: [host.routes.at(-1)],
    typed_per_filter_config: JSON.parse(
      JSON.stringify(host.typed_per_filter_config).replace(/("iap-service":)"\w+"/, `$1"${name}"`),
    ),
  })
  Object.assign(manager.route_config, { virtual_hosts: [hostOf('app', 'app.test'), hostOf('tenants', '*.corp.test')] })
  // No case waits for the end of a connection.
  Object.assign(manager, {
    common_http_protocol_options: { idle_timeout: '0.3s' },
    request_headers_timeout: '0.5s',
    stream_idle_timeout: '0.5s',
    request_timeout: '1s',
    drain_timeout: '0.1s',
    delayed_close_timeout: '0.1s',
  })
  return JSON.stringify({ static_resources: { ...whole.static_resources, listeners: [listener] } })
}
