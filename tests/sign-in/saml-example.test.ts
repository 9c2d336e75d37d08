/** The example of the page does what the page says: the desk signs in at a SAML provider. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { CookieClient } from '../support/cookie-client.ts'
import { startSamlify } from '../support/samlify-provider.ts'
import { eventually } from '../support/until.ts'
import { openSaml, type SamlStage } from './start-saml.ts'

let stage: SamlStage
afterAll(() => stage?.close())

test('docs/reference/identities/saml.md', async () => {
  const page = readFileSync(new URL('../../docs/reference/identities/saml.md', import.meta.url), 'utf8')
  const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''
  const provider = await startSamlify()
  try {
    stage = await openSaml(`${block('iap')}
service app at "desk.localhost" { route page GET "/{rest...}" }
permit agents on app.page to staff when "agents" in caller.groups && has(caller.email)
`)
    writeFileSync(join(stage.stage.folder, 'idp-metadata.xml'), provider.metadata)
    const { port, audit } = await stage.start('', { identities: `\n${block('yaml').replace(/^.*\n/, '')}` })
    const origin = `http://desk.localhost:${port}`
    provider.meet((await new CookieClient().send(`${origin}/.iap/saml/metadata`)).body)
    provider.accounts.set('ann', { mail: ['ann@desk.example'], memberOf: ['agents'] })
    provider.accounts.set('pat', { mail: ['pat@desk.example'] })
    for (const [account, status] of [
      ['ann', 200],
      ['pat', 403],
    ] as const) {
      const client = new CookieClient()
      const form = await client.submit(await client.open(`${origin}/tickets?status=open`), { account })
      const end = await client.submit(form)
      expect([account, end.status, end.url.href]).toEqual([account, status, `${origin}/tickets?status=open`])
    }
    await eventually(() => audit().find(({ caller }) => caller?.subject === 'pat'))
  } finally {
    await provider.close()
  }
})
