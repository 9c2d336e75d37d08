import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { selfSigned } from '../tests/support/self-signed.ts'
import { goInstall } from './support/go-install.ts'
import type { InteropRun } from './support/interop-run.ts'
import { startProxy, waitFor } from './support/start-proxy.ts'
import type { Suite } from './support/suite.ts'

const VERSION = 'v1.85.0'
const MODULE = 'google.golang.org/grpc/interop'

const policy = `service app at "127.0.0.1" {
  route all ANY "/{rest...}"
}

permit all on app.* to anyone
`

/** Reads what the server reports about its load. */
const ORCA = ['--service_config_json', '{"loadBalancingConfig":[{"test_backend_metrics_load_balancer":{}}]}']
const SOAK = ['--soak_iterations', '20', '--soak_overall_timeout_seconds', '60']

/** The cases of grpc-go's client, with what each needs besides its name. */
const cases: Readonly<Record<string, readonly string[]>> = {
  empty_unary: [],
  large_unary: [],
  client_streaming: [],
  server_streaming: [],
  ping_pong: [],
  empty_stream: [],
  timeout_on_sleeping_server: [],
  cancel_after_begin: [],
  cancel_after_first_response: [],
  status_code_and_message: [],
  special_status_message: [],
  custom_metadata: [],
  unimplemented_method: [],
  unimplemented_service: [],
  pick_first_unary: [],
  orca_per_rpc: ORCA,
  orca_oob: ORCA,
  rpc_soak: SOAK,
  channel_soak: SOAK,
}

/** Cases that grpc-go does not have, or that need Google's cloud. */
const notRun: Readonly<Record<string, string>> = {
  'client_compressed_unary, client_compressed_streaming': 'grpc-go has no such cases',
  'server_compressed_unary, server_compressed_streaming': 'grpc-go has no such cases',
  'compute_engine_creds, service_account_creds, jwt_token_creds, per_rpc_creds, oauth2_auth_token':
    'they need credentials of Google Cloud',
  'google_default_credentials, compute_engine_channel_credentials': 'they need credentials of Google Cloud',
}

/** Milliseconds. */
const TIMEOUT = 120_000

export const grpc: Suite = {
  summary: "grpc-go's interop client and server, directly and with the proxy between them, plain and over TLS",
  async run(run) {
    const [client, server] = (await goInstall(run, [`${MODULE}/client`, `${MODULE}/server`], VERSION)) as [string, string]
    const { cert, key } = selfSigned('127.0.0.1')
    writeFileSync(join(run.scratch, 'cert.pem'), cert)
    writeFileSync(join(run.scratch, 'key.pem'), key)
    const direct = await startServer(run, server)
    const proxy = await startProxy(run, {
      policy,
      config: `listeners:
  - { address: "127.0.0.1:0", http2: true }
  - { address: "127.0.0.1:0", tls: { cert: ./cert.pem, key: ./key.pem } }
workers: 2
services: { app: { upstreams: ["http://127.0.0.1:${direct}"], protocol: http2 } }`,
    })
    const [plain, secure] = proxy.ports as [number, number]
    const tls = ['--use_tls', '--use_test_ca', '--ca_file', join(run.scratch, 'cert.pem')]
    const call = async (port: number, name: string, more: readonly string[]): Promise<string | null> => {
      const args = ['--server_host', '127.0.0.1', '--server_port', String(port), '--test_case', name, ...more]
      const { code, output } = await run.exec(client, args, { timeout: TIMEOUT })
      return code === 0 ? null : output.trim().split('\n').at(-1) || `no end after ${TIMEOUT} ms`
    }
    for (const [name, more] of Object.entries(cases)) {
      const failure = await call(direct, name, more)
      if (failure !== null) {
        run.skip(name, `fails without the proxy as well: ${failure}`)
        continue
      }
      for (const [how, port, flags] of [
        ['plain', plain, []],
        ['tls', secure, tls],
      ] as const) {
        const through = await call(port, name, [...flags, ...more])
        if (through === null) run.pass(`${how}: ${name}`)
        else run.fail(`${how}: ${name}`, through)
      }
    }
    for (const [names, reason] of Object.entries(notRun)) run.skip(names, reason)
  },
}

/** Returns the port of the interop server. It cannot be told to take any that is free. */
async function startServer(run: InteropRun, program: string): Promise<number> {
  const port = await freePort()
  let log = ''
  const server = run.start(program, ['--port', String(port)])
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => (log += chunk))
  // It logs nothing when it listens.
  await waitFor(async () => {
    if (server.exitCode !== null) throw new Error(`the interop server ended with exit code ${server.exitCode}: ${log}`)
    return (await accepts(port)) ? true : undefined
  }, `the interop server does not listen: ${log}`)
  return port
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
