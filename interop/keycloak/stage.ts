import { CookieClient, type Page } from '../../tests/support/cookie-client.ts'
import type { InteropRun } from '../support/interop-run.ts'
import type { StartedProxy } from '../support/start-proxy.ts'
import { PASSWORD } from './realm.ts'
import type { Keycloak } from './server.ts'

export interface Stage {
  readonly run: InteropRun
  readonly keycloak: Keycloak
  readonly proxy: StartedProxy
  /** Of the proxy, for a host of the policy. */
  origin(host: string): string
}

export interface SignedIn {
  readonly client: CookieClient
  readonly page: Page
}

/** Opens a page in a browser and fills in Keycloak's form. */
export async function signIn(address: string, username: string, client = browser()): Promise<SignedIn> {
  const form = await client.open(address)
  if (!form.body.includes('kc-form-login')) throw new Error(`expected Keycloak's form, got ${told(form)}`)
  return { client, page: await client.submit(form, { username, password: PASSWORD, credentialId: '' }) }
}

/** Keycloak's cookies are `Secure`, which browsers take from `localhost` without TLS. */
export function browser(): CookieClient {
  return new CookieClient(undefined, true)
}

/** Signs in, and rejects unless the page that was asked for is shown. */
export async function signedIn(address: string, username: string): Promise<SignedIn> {
  const found = await signIn(address, username)
  expectStatus(found.page, 200)
  return found
}

/** A page in few words, for the report of a failure. */
export function told({ status, url, headers, body }: Page): string {
  const text = body
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
  return `${status} ${headers['x-iap-error'] ?? ''} at ${url.href}: ${text.slice(0, 300)}`
}

/** @throws Error if the page is not what was expected */
export function expectStatus(page: Page, status: number, code?: string): void {
  if (page.status !== status || (code !== undefined && page.headers['x-iap-error'] !== code))
    throw new Error(`expected ${status} ${code ?? ''}, got ${told(page)}`)
}

/** Status of a page for a script with the browser's cookies. */
export async function statusFor({ client }: SignedIn, address: string): Promise<number> {
  const headers = { cookie: client.cookiesFor(address), accept: 'application/json' }
  return (await new CookieClient().send(address, { headers })).status
}

/** Id of a person in Keycloak. */
export async function idOf({ keycloak }: Stage, username: string): Promise<string> {
  const [found] = (await keycloak.admin('GET', `users?username=${username}&exact=true`)) as readonly { id: string }[]
  if (found === undefined) throw new Error(`Keycloak knows no ${username}`)
  return found.id
}

/** Rejects if nothing comes of it in time. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: expected within ${ms} ms`)), ms)
  })
  return await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
