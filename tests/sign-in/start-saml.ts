import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { AuditRecord } from '../../runtime/audit/index.ts'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { samlKeys } from '../support/saml.ts'
import { startUpstream } from '../support/start-test-proxy.ts'

/** Pages for who has signed in, for admins, and for who has signed in well or lately. */
export const samlPolicy = `
identity staff via saml {
  sub: string
  email?: string
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
permit golden      on app.gold to staff require acr "urn:gold"
permit lately      on app.fresh to staff require auth within 5s
permit second      on app.second to staff require mfa
`

export const ENTITY_ID = 'https://app.example/.iap/saml/metadata'

export interface SamlStage {
  readonly stage: Stage
  last(): IncomingMessage | null
  serve: (request: IncomingMessage, response: ServerResponse) => void
  /** @param metadata of the provider */
  start(metadata: string, options?: SamlStart): Promise<StartedSaml>
  /** Other metadata of the provider. */
  write(metadata: string): void
  close(): Promise<void>
}

export interface SamlStart {
  readonly workers?: number
  readonly sessions?: string
  /** YAML of what else stands under the identity. */
  readonly identity?: string
  /** YAML of all identities. */
  readonly identities?: string
  readonly listeners?: string
}

export interface StartedSaml {
  readonly proxy: Running
  readonly port: number
  /** `http://app.localhost:…` */
  readonly origin: string
  audit(): readonly AuditRecord[]
}

export async function openSaml(policy: string = samlPolicy): Promise<SamlStage> {
  let last: IncomingMessage | null = null
  let starts = 0
  const upstream = await startUpstream((request, response) => {
    last = request
    made.serve(request, response)
  })
  const stage = await openStage(policy)
  const { cert, key } = samlKeys('the proxy')
  writeFileSync(join(stage.folder, 'saml.pem'), cert)
  writeFileSync(join(stage.folder, 'saml.key'), key, { mode: 0o600 })
  const made: SamlStage = {
    stage,
    last: () => last,
    serve: (request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><title>Service</title><h1>${request.url}</h1>`),
    async start(metadata, { workers = 1, sessions = '{}', identity, identities, listeners } = {}) {
      const audit = `audit-${++starts}.jsonl`
      made.write(metadata)
      stage.configure({
        audit: `[{ file: ./${audit} }]`,
        upstream: upstream.origin,
        workers,
        identities:
          identities ??
          `{ staff: { metadata: ./idp.xml, entityId: "${ENTITY_ID}", ${identity ?? 'attributes: { email: mail, groups: [memberOf] }, signing: { cert: ./saml.pem, key: ./saml.key }'} } }`,
        ...(listeners !== undefined && { listeners }),
        more: `sessions: ${sessions}`,
      })
      const proxy = stage.start()
      const [port = 0] = await proxy.ready()
      return { proxy, port, origin: `http://app.localhost:${port}`, audit: () => stage.audit(audit) }
    },
    write: (metadata) => writeFileSync(join(stage.folder, 'idp.xml'), metadata),
    async close() {
      await upstream.close()
      stage.remove()
    },
  }
  return made
}
