import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLEARED_HEADERS } from '../../runtime/proxy/checks/forward-auth/cleared-headers.ts'
import type { Contestant, Started } from '../carry/contestant.ts'
import { cluster, envoy, extAuthz, extAuthzHttp, otherClients, startEnvoy } from '../carry/contestants/envoy.ts'
import { nginxAuthRequest } from '../carry/contestants/nginx.ts'
import { startDeciding } from '../carry/contestants/ours.ts'
import { startNginx } from '../carry/contestants/write-nginx.ts'
import { AUDIENCE, type Stage } from '../carry/stage.ts'
import { answerOf, checkOf, type Side, startEmpty, startEmptyHttp } from './empty.ts'

/** A front and the process that it asks, if there is one. */
export interface AskingContestant extends Contestant {
  start(stage: Stage): Promise<AskingStarted>
}

export interface AskingStarted extends Started {
  /** The process that decides. It is one of `processes`. */
  readonly decides?: number
}

const NGINX = 'nginx, iap'

const nginxIap: AskingContestant = {
  name: NGINX,
  does: 'asks iap; assertion; record',
  bare: false,
  http2: false,
  start: async (stage) => await startNginxBefore(stage, NGINX, await startDeciding(stage, `${NGINX} checks`, FORWARD_AUTH)),
}

const FORWARD_AUTH = 'protocol: forward-auth, original: x-original'

const NGINX_EMPTY = 'nginx, empty answers'

const nginxEmpty: AskingContestant = {
  name: NGINX_EMPTY,
  does: 'asks a Node server that gives the answer of iap; nothing is decided',
  bare: true,
  http2: false,
  async start(stage) {
    const deciding = await startDeciding(stage, `${NGINX_EMPTY} permit`, FORWARD_AUTH)
    return await startNginxBefore(stage, NGINX_EMPTY, await startEmptyHttp(stage, deciding))
  },
}

const nginxNode: AskingContestant = {
  ...nginxAuthRequest,
  async start(stage) {
    const started = await nginxAuthRequest.start(stage)
    const [, decides] = started.processes
    return { ...started, ...(decides !== undefined && { decides }) }
  },
}

/** Starts an nginx with the settings that `iap` needs. */
async function startNginxBefore(stage: Stage, name: string, checks: Side): Promise<AskingStarted> {
  const cleared = CLEARED_HEADERS.filter((name) => !name.startsWith('x-forwarded-')).map((name) => `proxy_set_header ${name} "";`)
  const { port, pid } = await startNginx(stage, name, {
    record: true,
    http: `upstream check { server 127.0.0.1:${checks.port}; keepalive 128; keepalive_requests 10000000; }`,
    access: `auth_request /_check;
      auth_request_set $assertion $upstream_http_x_iap_assertion; auth_request_set $request_id_of $upstream_http_x_iap_request_id;
      auth_request_set $cookie_left $upstream_http_cookie; auth_request_set $authorization_left $upstream_http_authorization;
      proxy_set_header X-Iap-Assertion $assertion; proxy_set_header X-Iap-Request-Id $request_id_of;
      proxy_set_header Cookie $cookie_left; proxy_set_header Authorization $authorization_left;
      ${cleared.join(' ')}`,
    locations: `location = /_check {
      internal; proxy_pass http://check; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Original-Method $request_method; proxy_set_header X-Original-URL $scheme://$http_host$request_uri;
      proxy_set_header X-Forwarded-For $remote_addr; proxy_pass_request_body off; proxy_set_header Content-Length "";
    }`,
  })
  return { port, processes: [pid, checks.pid], decides: checks.pid }
}

const ENVOY = 'Envoy, iap'

const EXT_AUTHZ = 'protocol: ext-authz, allHeaders: true'

const envoyIap: AskingContestant = {
  name: ENVOY,
  does: 'asks iap; assertion; record',
  bare: false,
  http2: false,
  async start(stage) {
    const checks = await startDeciding(stage, `${ENVOY} checks`, EXT_AUTHZ)
    const { port, processes } = await startEnvoy(stage, ENVOY, [extAuthz('checks')], [cluster('checks', checks.port, true)])
    return { port, processes: [...processes, checks.pid], decides: checks.pid }
  },
}

const ENVOY_EMPTY = 'Envoy, empty Checks'

const envoyEmpty: AskingContestant = {
  name: ENVOY_EMPTY,
  does: 'asks the gRPC server of iap, which gives the same answer; nothing is decided',
  bare: true,
  http2: false,
  async start(stage) {
    const deciding = await startDeciding(stage, `${ENVOY_EMPTY} permit`, EXT_AUTHZ)
    const checks = await startEmpty(stage, 'empty-check', await answerOf(deciding.port, checkOf(stage.token)))
    const { port, processes } = await startEnvoy(stage, ENVOY_EMPTY, [extAuthz('checks')], [cluster('checks', checks.port, true)])
    return { port, processes: [...processes, checks.pid], decides: checks.pid }
  },
}

const ENVOY_HTTP = 'Envoy, iap over HTTP'

const envoyIapHttp: AskingContestant = {
  name: ENVOY_HTTP,
  does: 'asks iap; assertion; record',
  bare: false,
  http2: false,
  async start(stage) {
    const listener = 'protocol: forward-auth, original: request-line, prefix: /check, allHeaders: true'
    const checks = await startDeciding(stage, `${ENVOY_HTTP} checks`, listener)
    const clusters = [cluster('checks', checks.port)]
    const { port, processes } = await startEnvoy(stage, ENVOY_HTTP, [extAuthzHttp('checks')], clusters, otherClients)
    return { port, processes: [...processes, checks.pid], decides: checks.pid }
  },
}

const OPA = 'Envoy, OPA'

const envoyOpa: AskingContestant = {
  name: OPA,
  does: 'asks a Go service that keeps verified tokens and decides by OPA; assertion; record',
  bare: false,
  http2: false,
  async start(stage) {
    const checks = await stage.freePort()
    const folder = stage.folderFor(OPA)
    writeFileSync(join(folder, 'issuer.pem'), stage.publicKey)
    const words = [`127.0.0.1:${checks}`, stage.issuer, AUDIENCE, join(folder, 'issuer.pem'), join(folder, 'decisions.jsonl')]
    const pid = await stage.run(`${OPA} checks`, checks, buildOpa(stage.root), words)
    const { port, processes } = await startEnvoy(stage, OPA, [extAuthz('checks')], [cluster('checks', checks, true)])
    return { port, processes: [...processes, pid], decides: pid }
  },
}

/** Fronts that ask: ours, the same without a decision, and the peer that does the same work. */
export const FRONTS: readonly AskingContestant[] = [
  ...[nginxIap, nginxEmpty, nginxNode],
  ...[envoyIap, envoyEmpty, envoyIapHttp, envoyOpa, envoy],
]

/** Returns the path of the program. It is kept in the folder of builds. */
function buildOpa(root: string): string {
  const folder = join(root, '.tsbuild/bench/checks-opa')
  mkdirSync(folder, { recursive: true })
  for (const name of ['go.mod', 'main.go']) cpSync(join(root, 'bench/checks/go', name), join(folder, name))
  const program = join(folder, 'opa-checks')
  if (existsSync(program)) return program
  for (const words of [
    ['mod', 'tidy'],
    ['build', '-o', 'opa-checks', '.'],
  ]) {
    const { status, stderr, error } = spawnSync('go', words, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`go ${words[0]}: ${error?.message ?? stderr}`)
  }
  return program
}
