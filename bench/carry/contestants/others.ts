import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant } from '../contestant.ts'
import { AUDIENCE, HOST } from '../stage.ts'
import { startCheck } from './check.ts'

const HAPROXY = 'haproxy, jwt_verify'

export const haproxy: Contestant = {
  name: HAPROXY,
  does: 'verifies each time, claims unread',
  bare: false,
  http2: false,
  async start(stage) {
    const folder = stage.folderFor(HAPROXY)
    const port = await stage.freePort()
    writeFileSync(join(folder, 'issuer.pem'), stage.publicKey)
    writeFileSync(
      join(folder, 'haproxy.cfg'),
      `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 1m
  option http-keep-alive
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  http-request set-var(txn.bearer) http_auth_bearer
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
  http-request deny deny_status 401 unless { var(txn.alg) -m str RS256 }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify(txn.alg,"${join(folder, 'issuer.pem')}") 1 }
  http-request set-header x-user %[var(txn.bearer),jwt_payload_query('$.sub')]
  default_backend service
backend service
  server one 127.0.0.1:${stage.service}
`,
    )
    return { port, processes: [await stage.run(HAPROXY, port, 'haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')])] }
  },
}

const CADDY = 'Caddy, forward_auth'

export const caddy: Contestant = {
  name: CADDY,
  does: 'asks a Node service that keeps verified tokens and decides; assertion',
  bare: false,
  http2: false,
  async start(stage) {
    const folder = stage.folderFor(CADDY)
    const port = await stage.freePort()
    const check = await startCheck(stage, CADDY)
    writeFileSync(
      join(folder, 'Caddyfile'),
      `{
  admin off
  auto_https off
}
http://:${port} {
  bind 127.0.0.1
  forward_auth 127.0.0.1:${check.port} {
    uri /
    header_up X-Original-Uri {uri}
    header_up X-Original-Method {method}
    copy_headers X-User X-Assertion
  }
  reverse_proxy 127.0.0.1:${stage.service}
}
`,
    )
    const words = ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile']
    const pid = await stage.run(CADDY, port, join(stage.peers, 'bin/caddy'), words, {
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    })
    return { port, processes: [pid, check.pid] }
  },
}

const OAUTH2_PROXY = 'oauth2-proxy'

export const oauth2Proxy: Contestant = {
  name: OAUTH2_PROXY,
  does: 'verifies each time; record',
  bare: false,
  http2: false,
  async start(stage) {
    const port = await stage.freePort()
    const pid = await stage.run(OAUTH2_PROXY, port, join(stage.peers, 'bin/oauth2-proxy'), [
      '--provider=oidc',
      `--oidc-issuer-url=${stage.issuer}`,
      `--client-id=${AUDIENCE}`,
      '--client-secret=unused',
      '--cookie-secret=0123456789abcdef0123456789abcdef',
      '--email-domain=*',
      '--skip-jwt-bearer-tokens=true',
      '--pass-user-headers=true',
      `--upstream=http://127.0.0.1:${stage.service}`,
      `--http-address=127.0.0.1:${port}`,
    ])
    return { port, processes: [pid] }
  },
}

const OATHKEEPER = 'Oathkeeper'

export const oathkeeper: Contestant = {
  name: OATHKEEPER,
  does: 'verifies each time; record',
  bare: false,
  http2: false,
  async start(stage) {
    const folder = stage.folderFor(OATHKEEPER)
    const [port, api] = [await stage.freePort(), await stage.freePort()]
    const rule = {
      id: 'app',
      upstream: { url: `http://127.0.0.1:${stage.service}`, preserve_host: true },
      match: { url: `http://${HOST}/<[^/]+>`, methods: ['GET'] },
      authenticators: [{ handler: 'jwt' }],
      authorizer: { handler: 'allow' },
      mutators: [{ handler: 'header' }],
      errors: [{ handler: 'json' }],
    }
    writeFileSync(join(folder, 'rules.json'), JSON.stringify([rule]))
    const config = {
      serve: {
        proxy: { host: '127.0.0.1', port },
        api: { host: '127.0.0.1', port: api },
        prometheus: { host: '127.0.0.1', port: await stage.freePort() },
      },
      access_rules: { repositories: [`file://${join(folder, 'rules.json')}`] },
      authenticators: {
        jwt: {
          enabled: true,
          config: { jwks_urls: [`${stage.issuer}/jwks`], trusted_issuers: [stage.issuer], target_audience: [AUDIENCE] },
        },
      },
      authorizers: { allow: { enabled: true } },
      mutators: { header: { enabled: true, config: { headers: { 'x-user': '{{ print .Subject }}' } } } },
      errors: { handlers: { json: { enabled: true } } },
    }
    // YAML holds JSON.
    writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
    const words = ['serve', 'proxy', '--config', join(folder, 'config.yaml')]
    return { port, processes: [await stage.run(OATHKEEPER, port, join(stage.peers, 'bin/oathkeeper'), words)] }
  },
}
