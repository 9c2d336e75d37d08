// The projects of `iap init --with PROVIDER`: they check, their tests pass, and the proxy accepts tokens of the documented shape.

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { type DocumentedPerson, type DocumentedProvider, startDocumentedProvider } from '../support/documented-provider.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { emptyFolder, iap, program } from './iap.ts'
import { inside } from './inside.ts'

interface Shape {
  /** A part of the issuer in the written configuration. */
  readonly issuer: string
  readonly people: Readonly<Record<'ann' | 'bob', DocumentedPerson>> & Readonly<Record<string, DocumentedPerson>>
}

const SECRET = 'a-secret-of-the-tests-0123456789'
const TENANT = '00000000-0000-0000-0000-000000000000'
const GOOGLE_CLIENT = '000000000000-00000000000000000000000000000000.apps.googleusercontent.com'
const APP = '00000000-0000-0000-0000-000000000001'

/** Claims as the documentation of each provider shows them. */
const SHAPES: Readonly<Record<string, Shape>> = {
  // Server Administration Guide, "OIDC token and SAML assertion mappings"; roles in ID tokens by a mapper.
  keycloak: {
    issuer: 'https://id.example.com/realms/example',
    people: peopleOf((name, isEditor) => {
      const about = {
        ...{ sub: `5c7b8a3e-93b4-4d07-9d0e-${name}`, jti: 'onrtac:2b1c', azp: 'hello', sid: 's', acr: '1', email_verified: true },
        ...{ name, preferred_username: name, given_name: name, family_name: 'Example', email: `${name}@example.com` },
        realm_access: { roles: ['default-roles-example', 'offline_access', ...(isEditor ? ['editor'] : [])] },
      }
      return {
        idToken: { ...about, typ: 'ID', auth_time: 1 },
        accessToken: {
          header: { typ: 'JWT' },
          claims: {
            ...{ ...about, typ: 'Bearer', 'allowed-origins': ['https://hello.example.com'], scope: 'openid profile email' },
            resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
          },
        },
      }
    }),
  },
  // "ID token claims reference" and "Access token claims reference", version 2.0.
  entra: {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    people: peopleOf((name, isEditor) => {
      const about = {
        ...{ sub: `AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bb${name}`, oid: `1f7c2bd0-63f0-4a43-8b0a-${name}`, tid: TENANT },
        ...{ name, preferred_username: `${name}@example.com`, rh: '1.AQEAv4j5', uti: 'Zk2xP0', ver: '2.0', nbf: 1 },
        ...(isEditor && { roles: ['Editor'] }),
        groups: ['0760b6cf-170e-4a14-91b3-4b78e0739963'],
      }
      return {
        idToken: about,
        accessToken: { header: { typ: 'JWT' }, claims: { ...about, azp: APP, azpacr: '1', scp: 'access_as_user' } },
      }
    }),
  },
  // "OpenID Connect & OAuth 2.0 API": an ID token beside an access token has few claims, and `sub` of the latter is the login.
  okta: {
    issuer: 'https://example.okta.com/oauth2/default',
    people: peopleOf((name, isEditor) => {
      const groups = { groups: ['Everyone', ...(isEditor ? ['Editors'] : [])] }
      return {
        idToken: {
          ...{ sub: `00u${name}`, ver: 1, jti: 'ID.radC', amr: ['pwd'], idp: '00oyyy', auth_time: 1, name },
          ...{ preferred_username: `${name}@example.com`, ...groups },
        },
        userinfo: { name, email: `${name}@example.com`, email_verified: true, locale: 'en-US' },
        accessToken: {
          header: {},
          claims: {
            ...{ ver: 1, jti: 'AT.MNAo', cid: '0oa00000000000000000', uid: `00u${name}`, scp: ['openid', 'email'], auth_time: 1 },
            ...{ sub: `${name}@example.com`, email: `${name}@example.com`, ...groups },
          },
        },
      }
    }),
  },
  // "ID token structure", "Access token profiles", "Create custom claims".
  auth0: {
    issuer: 'https://example.eu.auth0.com/',
    people: peopleOf((name, isEditor) => {
      const added = {
        'https://hello.example.com/email': `${name}@example.com`,
        'https://hello.example.com/roles': isEditor ? ['editor'] : [],
      }
      const sub = `auth0|65f1c0de${name}`
      return {
        idToken: {
          ...{
            sub,
            sid: 's',
            nickname: name,
            name,
            picture: 'https://s.gravatar.com/avatar/1',
            updated_at: '2026-03-02T09:00:00Z',
          },
          ...{ email: `${name}@example.com`, email_verified: true, ...added },
        },
        accessToken: {
          header: { typ: 'JWT' },
          claims: {
            aud: ['https://hello.example.com', 'https://example.eu.auth0.com/userinfo'],
            ...{ sub, azp: '00000000000000000000000000000000', scope: 'openid profile email', ...added },
          },
        },
      }
    }),
  },
  // "OpenID Connect", the payload of an ID token.
  google: {
    issuer: 'https://accounts.google.com',
    people: {
      ...peopleOf((name) => ({
        idToken: {
          ...{ sub: `10345${name}`, azp: GOOGLE_CLIENT, email: `${name}@example.com`, email_verified: true, hd: 'example.com' },
          ...{ name, picture: 'https://lh3.googleusercontent.com/a', given_name: name, family_name: 'Example' },
        },
        accessToken: null,
      })),
      eve: {
        idToken: { sub: '10345eve', azp: GOOGLE_CLIENT, email: 'ann@example.com', email_verified: true, name: 'eve' },
        accessToken: null,
      },
    },
  },
}

function peopleOf(person: (name: string, isEditor: boolean) => DocumentedPerson): {
  ann: DocumentedPerson
  bob: DocumentedPerson
} {
  return { ann: person('ann', true), bob: person('bob', false) }
}

let upstream: TestUpstream
let seen: Readonly<Record<string, unknown>> = {}
beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    seen = request.headers
    request.resume()
    response.end('fine')
  })
})
afterAll(() => upstream?.close())

async function project(provider: string): Promise<string> {
  const folder = emptyFolder()
  const { code, stderr } = await inside(['init', '.', '--with', provider], { cwd: folder })
  expect([code, stderr]).toEqual([0, '\nnext:\n  iap test policies\n  npm install --save-dev oidc-provider\n  iap run --dev\n'])
  return folder
}

/** Changes the addresses of the configuration to ports that nobody uses. */
function onThisMachine(folder: string, replaced: readonly (readonly [string, string])[] = []): void {
  const file = join(folder, 'iap.yaml')
  const ports = [
    ['127.0.0.1:8080', '127.0.0.1:0'],
    ['127.0.0.1:9901', '127.0.0.1:0'],
    ['  echo: true', '  issuer: 127.0.0.1:0\n  echo: true'],
  ] as const
  const text = [...ports, ...replaced].reduce(
    (before, [from, to]) => {
      expect(before).toContain(from)
      return before.replace(from, to)
    },
    readFileSync(file, 'utf8'),
  )
  writeFileSync(file, `${text}\nworkers: 1\n`)
}

/** Starts `iap run` until the end of the test. Returns what a pattern finds in its output. */
async function start(folder: string, words: readonly string[], pattern: RegExp): Promise<readonly string[]> {
  const env = { ...process.env, NO_COLOR: '1', IAP_STAFF_SECRET: SECRET }
  const child = spawn(process.execPath, [program, 'run', ...words], { cwd: folder, env })
  let said = ''
  let isOver = false
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  void ended.then(() => {
    isOver = true
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return await eventually(() => {
    if (isOver) throw new Error(said)
    return pattern.exec(said) ?? undefined
  })
}

const post = { title: 'Hello', text: 'world' }
async function publish(port: string | undefined, token: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/posts`, {
    method: 'POST',
    // `fetch` sets `Host` by the URL, so the configuration names this one.
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(post),
  })
  await response.text()
  return response.status
}

describe.each(Object.entries(SHAPES))('--with %s', (name, { issuer, people }) => {
  test('writes a project without errors and warnings, and with tests of all of it', async () => {
    const cwd = await project(name)
    for (const words of [
      ['check', 'policies', '--max-warnings', '0'],
      ['lint', 'policies', '--max-warnings', '0'],
      ['fmt', 'policies', '--check'],
      ['prove', 'policies'],
      ['test', 'policies', '--coverage', '--mutate', '--min', '90'],
    ]) {
      const { code, stdout, stderr } = await inside(words, { cwd })
      expect([words[0], code, stderr], stdout).toEqual([words[0], 0, ''])
    }
    const readme = readFileSync(join(cwd, 'README.md'), 'utf8')
    expect(readme).toContain('https://hello.example.com/.iap/callback/staff')
    // Each value to fill in is one of the written files.
    const text = readFileSync(join(cwd, 'iap.yaml'), 'utf8')
    const loaded = loadConfig(text, join(cwd, 'iap.yaml'))
    expect(loaded.ok ? loaded.config.identities.staff?.oidc?.issuer : loaded.errors).toBe(issuer)
  })

  test('has a proxy that accepts tokens of the documented shape', async () => {
    const folder = await project(name)
    const { identities } = configIn(folder)
    const { oidc, jwt } = identities.staff ?? {}
    const provider = await startDocumentedProvider({
      ...{ path: new URL(issuer).pathname.replace(/^\/$/, issuer.endsWith('/') ? '/' : ''), people },
      ...{ clientId: oidc?.clientId ?? '', clientSecret: SECRET, audience: jwt?.audience ?? [] },
    })
    onTestFinished(() => provider.close())
    expect(
      (await inside(['keygen', '-o', 'release.private.jwk.json', '--public', 'release.public.jwk.json'], { cwd: folder })).code,
    ).toBe(0)
    expect(
      (
        await inside(['build', 'policies', '-o', 'policy.iapb', '--sign', 'release.private.jwk.json', '--sequence', '1'], {
          cwd: folder,
        })
      ).code,
    ).toBe(0)
    const checked = await iap(['run', '--check'], { cwd: folder, env: { IAP_STAFF_SECRET: SECRET } })
    expect(checked, checked.stderr).toMatchObject({ code: 0, stdout: '✓ iap.yaml: configuration, keys and bundle are valid\n' })

    onThisMachine(folder, [
      [`issuer: ${issuer}`, `issuer: ${provider.issuer}`],
      ['http://127.0.0.1:3000', upstream.origin],
      ['# hosts: [hello.example.com]', 'hosts: [hello.localhost, 127.0.0.1]'],
    ])
    const [, port] = await start(folder, [], /listening on http:\/\/127\.0\.0\.1:(\d+)/)
    if (jwt !== null) {
      expect(await publish(port, provider.accessToken('ann'))).toBe(200)
      expect(seen['x-author']).toBe('ann@example.com')
      expect(await publish(port, provider.accessToken('bob'))).toBe(403)
      expect(await publish(port, provider.idToken('ann'))).toBe(401)
    }
    for (const [person, status] of [
      ['ann', 200],
      ['bob', 200],
      ['eve', 403],
    ] as const) {
      if (people[person] === undefined) continue
      expect([person, await signIn(provider, person, port)]).toEqual([person, status])
    }
  })

  test('runs for development', async () => {
    const folder = await project(name)
    onThisMachine(folder)
    const [, port, issuing] = await start(
      folder,
      ['--dev'],
      /proxy +http:\/\/127\.0\.0\.1:(\d+)[\s\S]*issuer +(http:\S+)[\s\S]*open in a browser[\s\S]*press ctrl-c/,
    )
    const client = new CookieClient(undefined, true)
    const picker = await client.open(`http://hello.localhost:${port}/hello/world`)
    expect((await client.submit(picker, { caller: 'ann' })).status).toBe(200)
    if (configIn(folder).identities.staff?.jwt === null) return
    const token = await (await fetch(`${issuing}/token?caller=ann&as=text`)).text()
    const page = await client.send(`http://hello.localhost:${port}/hello/world`, {
      headers: { authorization: `Bearer ${token.trim()}` },
    })
    expect(JSON.parse(page.body).caller).toMatchObject({ verified: true })
  })
})

async function signIn(provider: DocumentedProvider, person: string, port: string | undefined): Promise<number> {
  provider.person = person
  const page = await new CookieClient(undefined, true).open(`http://hello.localhost:${port}/hello/world`)
  return page.status
}

function configIn(folder: string) {
  const file = join(folder, 'iap.yaml')
  const loaded = loadConfig(readFileSync(file, 'utf8'), file)
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  return loaded.config
}

test('an unknown provider is an error with the known ones', async () => {
  const cwd = emptyFolder()
  const { code, stderr } = await inside(['init', '--with', 'google-workspace'], { cwd })
  expect([code, stderr]).toEqual([2, expect.stringContaining('`--with` cannot be `google-workspace`')])
})
