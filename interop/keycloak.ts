import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../tests/support/listening-program.ts'
import { samlKeys } from '../tests/support/saml.ts'
import { checkApi } from './keycloak/api.ts'
import { checkFaults } from './keycloak/faults.ts'
import { checkPage } from './keycloak/page.ts'
import { REALM, realmOf, SECRETS, useStepUp } from './keycloak/realm.ts'
import { checkSaml, registerSaml } from './keycloak/saml.ts'
import { startKeycloak } from './keycloak/server.ts'
import { checkSignIn } from './keycloak/sign-in.ts'
import type { Stage } from './keycloak/stage.ts'
import { checkTutorial } from './keycloak/tutorial.ts'
import type { InteropRun } from './support/interop-run.ts'
import { startProxy } from './support/start-proxy.ts'
import type { Suite } from './support/suite.ts'

const policy = `
identity staff   via oidc   { sub: string, email?: string }
identity partner via saml   { sub: string }
identity robots  via oauth2 { client_id: string }

service app at "app.localhost", "127.0.0.1" {
  route home   GET "/"
  route gold   GET "/gold"
  route stream GET "/stream"
}
service desk   at "desk.localhost"   { route desk   GET "/" }
service orders at "orders.localhost" { route orders GET "/" }
service api    at "api.localhost"    { route api    GET "/" }

permit staff_in   on app.home, app.stream to staff
permit golden     on app.gold to staff require acr "gold"
permit partner_in on desk.desk to partner
permit orders_in  on orders.orders to staff
permit robots_in  on api.api to robots
`

/** Keycloak as the provider of people and of machines: what a user of the proxy does first. */
export const keycloak: Suite = {
  summary: 'Keycloak: sign-in, step-up, refresh, logout, exchange, introspection, DPoP, SAML, faults, guide and tutorial',
  async run(run) {
    const [port, service] = [await freePort(), await startService(run)]
    const server = await startKeycloak(run, REALM)
    const origin = (host: string) => `http://${host}.localhost:${port}`
    const backChannel = `http://127.0.0.1:${port}/.iap/backchannel-logout`
    await server.admin('POST', '/', realmOf({ origins: ['app', 'orders'].map(origin), backChannel }))
    await useStepUp(server)
    const secret = (name: string, text: string) => writeFileSync(join(run.scratch, name), text, { mode: 0o600 })
    for (const [name, text] of Object.entries(SECRETS)) secret(name, text)
    const { cert, key } = samlKeys('the proxy')
    writeFileSync(join(run.scratch, 'saml.pem'), cert)
    secret('saml.key', key)
    const metadata = await fetch(`${server.issuer}/protocol/saml/descriptor`)
    writeFileSync(join(run.scratch, 'idp.xml'), await metadata.text())
    const upstream = `upstreams: ["http://127.0.0.1:${service}"]`
    const proxy = await startProxy(run, {
      policy,
      config: `listeners: [{ address: "127.0.0.1:${port}" }]
workers: 2
identities:
  staff: { issuer: "${server.issuer}", clientId: browser, clientSecret: { file: ./browser }, scopes: [email] }
  partner: { metadata: ./idp.xml, entityId: "${origin('desk')}/saml", signing: { cert: ./saml.pem, key: ./saml.key } }
  robots: { issuer: "${server.issuer}", clientId: api, clientSecret: { file: ./api }, audience: api, cache: 1s }
services:
  app: { ${upstream} }
  desk: { ${upstream} }
  api: { ${upstream} }
  orders: { ${upstream}, exchange: { issuer: "${server.issuer}", clientId: exchange, clientSecret: { file: ./exchange }, audience: orders } }
`,
    })
    const stage: Stage = { run, keycloak: server, proxy, origin }
    await registerSaml(stage)
    await checkSignIn(stage)
    await checkApi(stage)
    await checkSaml(stage)
    await checkFaults(stage)
    await run.part('keycloak-tutorial', (part) => checkTutorial(part, server))
    await run.part('keycloak-page', (part) => checkPage(part, server, service))
  },
}

/** Says what it was sent, and streams events at `/stream`. */
async function startService(run: InteropRun): Promise<number> {
  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    if (incoming.url !== '/stream') return void response.end(JSON.stringify(incoming.headers))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: begun\n\n')
    const timer = setInterval(() => response.write('data: more\n\n'), 500)
    response.on('close', () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  run.defer(() => server.closeAllConnections())
  run.defer(() => void server.close())
  return (server.address() as AddressInfo).port
}
