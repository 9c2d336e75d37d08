import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { freePorts } from '../support/listening-program.ts'
import { startTestIssuer, type TestIssuer } from '../support/test-issuer.ts'

/** What `docs/guides/deploy/doctor.md` shows is what the commands write. The addresses of the page are those of servers of the test. */
const page = readFileSync(new URL('../../docs/guides/deploy/doctor.md', import.meta.url), 'utf8')
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text)
const [configuration = ''] = blocks('yaml')
const [policy = ''] = blocks('iap')
const [diagnosed, refused] = blocks('text')

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startTestIssuer('ES384')
})
afterAll(() => issuer.close())

async function run(words: readonly string[], changes: (text: string) => string, stdin = '') {
  const cwd = emptyFolder()
  const [listener, service] = await freePorts(2)
  const addresses: readonly (readonly [shown: string, real: string])[] = [
    ['http://127.0.0.1:9000', issuer.issuer],
    ['127.0.0.1:9001', `127.0.0.1:${service}`],
    ['127.0.0.1:8080', `127.0.0.1:${listener}`],
    ['/srv/shop', cwd],
  ]
  const text = addresses.reduce((all, [shown, real]) => all.replaceAll(shown, real), changes(configuration))
  writeFileSync(join(cwd, 'iap.yaml'), text)
  writeFileSync(join(cwd, 'shop.iapb'), await compilePolicy(policy, { signers: [testSigner] }))
  writeFileSync(join(cwd, 'release.public.jwk.json'), JSON.stringify(publicJwk(testSigner)))
  const { code, stdout } = await inside([...words, '--timeout', '2m', '--config', join(cwd, 'iap.yaml')], { cwd, stdin })
  const shown = addresses.reduce((all, [shown, real]) => all.replaceAll(real, shown), stdout)
  return { code, stdout: shown.replaceAll(`/srv/shop/iap.yaml`, 'iap.yaml') }
}

test('iap doctor', async () => {
  expect(await run(['doctor'], (text) => text)).toEqual({ code: 1, stdout: diagnosed })
})

test('iap whoami', async () => {
  const token = issuer.mint({ aud: 'https://other.example', groups: [] })
  const found = await run(['whoami'], (text) => text.replace('ES256', 'ES384'), token)
  expect(found).toEqual({ code: 1, stdout: refused })
})
