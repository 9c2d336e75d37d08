import { startPageRun, stepsOf } from '../../tests/tutorials/run-page.ts'
import type { InteropRun } from '../support/interop-run.ts'
import type { Keycloak } from './server.ts'
import { browser, expectStatus, told } from './stage.ts'

const PAGE = 'docs/tutorials/protect-your-service.md'

/** Follows the tutorial: its realm, its files and its commands, and then its sign-in at a browser. */
export async function checkTutorial(run: InteropRun, keycloak: Keycloak): Promise<void> {
  const page = await startPageRun({ ports: { 8180: Number(new URL(keycloak.issuer).port) }, wait: 30_000 })
  run.defer(() => page.close())
  for (const step of stepsOf(PAGE)) {
    await run.check(`tutorial: ${step.kind === 'file' ? step.path : step.command.replaceAll('\n', '; ')}`, async () => {
      if (step.kind === 'file' && step.path === 'realm.json')
        await keycloak.admin('POST', '/', JSON.parse(page.toReal(step.text)))
      await page.take(step)
    })
  }
  for (const person of ['ann', 'bob']) {
    await run.check(`tutorial: ${person} signs in with a browser`, async () => {
      const client = browser()
      const form = await client.open(page.toReal('http://hello.localhost:8080/hello/world'))
      if (!form.body.includes('kc-form-login')) throw new Error(`expected Keycloak's form, got ${told(form)}`)
      const shown = await client.submit(form, { username: person, password: `${person}-of-the-tutorial`, credentialId: '' })
      expectStatus(shown, 200)
      if (shown.body !== `GET /hello/world by ${person}@example.com\n`) throw new Error(`expected the caller, got ${shown.body}`)
    })
  }
}
