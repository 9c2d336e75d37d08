import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { openStage, type Running, type Stage, type StageConfig, type StartOptions } from '../life/proxy-process.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'

/**
 * Pages for anybody, for who has signed in, for admins, and for who has signed in well or lately.
 *
 * @param identity the declaration of `staff`, which has `groups`
 * @param gold the `acr` of who has signed in well
 */
export function policyOfPages(identity: string, gold: string): string {
  return `
${identity}

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
permit golden      on app.gold to staff require acr "${gold}"
permit lately      on app.fresh to staff require auth within 5s
permit second      on app.second to staff require mfa
`
}

export interface PagesStage {
  readonly stage: Stage
  readonly upstream: TestUpstream
  /** What the service was asked for last. */
  last(): IncomingMessage | null
  /** What the service answers. */
  serve: (request: IncomingMessage, response: ServerResponse) => void
  close(): Promise<void>
}

export interface StartedProxy {
  readonly proxy: Running
  readonly port: number
  /** Of all listeners. */
  readonly ports: readonly number[]
  /** `http://app.localhost:…` */
  readonly origin: string
  audit(): readonly AuditRecord[]
  /** Other records than those of requests. */
  noted(): readonly object[]
}

/**
 * How many workers a proxy of a test has that is about several: two, which do all that one does. One worker alone, which most other
 * tests here have, with IAP_FULL=1.
 */
export const WORKERS = process.env.IAP_FULL === '1' ? [1, 2] : [2]

/** What is asked of a proxy that is started. */
export interface StartConfig extends Partial<Omit<StageConfig, 'upstream' | 'workers' | 'audit'>> {
  readonly workers?: number | undefined
  /** YAML. */
  readonly sessions?: string | undefined
  readonly lives?: StartOptions['lives']
}

/** A service with pages, and proxies before it that are started one after the other, each with a record of its own. */
export async function openPages(
  policy: string,
): Promise<PagesStage & { startWith(config: StartConfig, env?: NodeJS.ProcessEnv): Promise<StartedProxy> }> {
  let last: IncomingMessage | null = null
  let starts = 0
  const upstream = await startUpstream((request, response) => {
    last = request
    made.serve(request, response)
  })
  const stage = await openStage(policy)
  const made: Awaited<ReturnType<typeof openPages>> = {
    stage,
    upstream,
    last: () => last,
    serve: (request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><title>Service</title><h1>${request.url}</h1>`),
    async startWith({ workers = 1, sessions = '{}', more = '', lives = 'test', ...config }, env) {
      const audit = `audit-${++starts}.jsonl`
      stage.configure({
        ...config,
        ...{ workers, upstream: upstream.origin, audit: `[{ file: ./${audit} }]`, more: `sessions: ${sessions}\n${more}` },
      })
      const proxy = stage.start({ lives, spawn: env === undefined ? {} : { env } })
      const ports = await proxy.ready()
      const [port = 0] = ports
      return {
        proxy,
        port,
        ports,
        origin: `http://app.localhost:${port}`,
        audit: () => stage.audit(audit),
        noted: () => stage.noted(audit),
      }
    },
    async close() {
      await upstream.close()
      stage.remove()
    },
  }
  return made
}
