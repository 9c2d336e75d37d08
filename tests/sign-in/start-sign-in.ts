import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuditRecord } from '../../runtime/audit/index.ts'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { type LoginProvider, type LoginProviderOptions, startLoginProvider } from '../support/login-provider.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'

/** Pages for anybody, for who has signed in, for admins, and for who has signed in well or lately. */
export const signInPolicy = `
identity staff via oidc {
  sub: string
  groups: set<string>
}

role admin of staff when "admins" in caller.groups

service app at "app.localhost", "app.test" {
  route home   GET "/"
  route open   ANY "/open/{rest...}"
  route users  ANY "/users/{rest...}"
  route admin  ANY "/admin/{rest...}"
  route gold   GET "/gold/{rest...}"
  route fresh  GET "/fresh/{rest...}"
  route second GET "/second"
}

permit open_to_all on app.open to anyone
permit users_in    on app.home, app.users to staff
permit admins_in   on app.admin to admin
permit golden      on app.gold to staff require acr "gold"
permit lately      on app.fresh to staff require auth within 5s
permit second      on app.second to staff require mfa
`

export interface SignInStage {
  readonly stage: Stage
  readonly provider: LoginProvider
  readonly upstream: TestUpstream
  /** What the service was asked for last. */
  last(): IncomingMessage | null
  /** What the service answers. */
  serve: (request: IncomingMessage, response: ServerResponse) => void
  start(options?: StageStart): Promise<StartedProxy>
  /** The provider leads back there, too. */
  register(...origins: readonly string[]): void
  close(): Promise<void>
}

export interface StageStart {
  readonly workers?: number
  /** YAML. */
  readonly sessions?: string
  /** YAML of what else stands under the identity. */
  readonly identity?: string
  /** YAML of all identities. */
  readonly identities?: string
  readonly listeners?: string
  /** YAML of what else stands under `admin`. */
  readonly admin?: string
  /** YAML of what else stands under the service. */
  readonly service?: string
  readonly more?: string
}

export interface StartedProxy {
  readonly proxy: Running
  readonly port: number
  /** Of all listeners. */
  readonly ports: readonly number[]
  /** `http://app.localhost:…` */
  readonly origin: string
  audit(): readonly AuditRecord[]
}

export async function openSignIn(
  options: Omit<LoginProviderOptions, 'origins'> & { policy?: string } = {},
): Promise<SignInStage> {
  let origins: readonly string[] = []
  let last: IncomingMessage | null = null
  let starts = 0
  const provider = await startLoginProvider({ ...options, origins: () => origins })
  const upstream = await startUpstream((request, response) => {
    last = request
    made.serve(request, response)
  })
  const stage = await openStage(options.policy ?? signInPolicy)
  const made: SignInStage = {
    stage,
    provider,
    upstream,
    last: () => last,
    serve: (request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><title>Service</title><h1>${request.url}</h1>`),
    async start({ workers = 1, sessions = '{}', identity = '', identities, listeners, admin = '', service, more = '' } = {}) {
      const audit = `audit-${++starts}.jsonl`
      stage.configure({
        audit: `[{ file: ./${audit} }]`,
        upstream: upstream.origin,
        workers,
        identities:
          identities ??
          `{ staff: { issuer: "${provider.issuer}", clientId: ${provider.clientId}, clientSecret: { env: IAP_TEST_SECRET }, scopes: [profile], ${identity} } }`,
        admin,
        ...(listeners !== undefined && { listeners }),
        ...(service !== undefined && { service }),
        more: `sessions: ${sessions}\n${more}`,
      })
      const proxy = stage.start({ spawn: { env: { ...process.env, IAP_TEST_SECRET: provider.clientSecret } } })
      const ports = await proxy.ready()
      const [port = 0] = ports
      const origin = `http://app.localhost:${port}`
      made.register(origin, ...ports.map((one) => `https://app.test:${one}`))
      return { proxy, port, ports, origin, audit: () => stage.audit(audit) }
    },
    register(...more) {
      origins = [...more, ...origins]
      provider.register()
    },
    async close() {
      await upstream.close()
      await provider.close()
      stage.remove()
    },
  }
  return made
}
