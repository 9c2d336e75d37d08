import type { IdentityConfig } from '../../../identity/identity-config.ts'
import { issuerKey, JWS_ALGORITHMS, type JwsAlgorithm } from '../../../identity/jose/index.ts'
import type { OidcConfig } from '../../../identity/methods/oidc/oidc-config.ts'
import { discoverProvider } from '../../../identity/methods/oidc/provider-metadata.ts'
import { discover, endpointIn, type Metadata } from '../../../identity/provider/discover.ts'
import { type FetchDeps, fetchJson, ProviderProblem } from '../../../identity/provider/fetch-json.ts'
import { providerAdvice, quotedList } from '../advice.ts'
import type { DoctorContext } from '../context.ts'
import type { DoctorCheck, Reporter } from '../diagnosis.ts'
import { checkClient } from './check-client.ts'
import { type Dated, dating, reportClock } from './check-clock.ts'
import { checkIntrospection } from './check-introspection.ts'

/** Returns the checks of the issuers of all identities: metadata, keys, endpoints, the proxy's own credentials, and the clock. */
export function issuerChecks(context: DoctorContext): readonly DoctorCheck[] {
  return Object.entries(context.config.identities).flatMap(([name, identity]): readonly DoctorCheck[] => {
    if (issuerOf(identity) === null) return []
    const place = `identities.${name}.issuer`
    return [{ name: 'issuer-metadata', place, run: (report) => checkIssuer(name, identity, context, report) }]
  })
}

function issuerOf({ jwt, oauth2, oidc }: IdentityConfig): string | null {
  return (oidc ?? oauth2 ?? jwt)?.issuer ?? null
}

async function checkIssuer(name: string, identity: IdentityConfig, context: DoctorContext, report: Reporter): Promise<void> {
  const { clients, patience, clock, tls } = context
  const { jwt, oauth2, oidc } = identity
  const { ca, pair } = (oauth2 ?? oidc ?? jwt)?.tls ?? { ca: null, pair: null }
  if ((ca !== null && !Object.hasOwn(tls.issuers, name)) || (pair !== null && !Object.hasOwn(tls.clients, name)))
    return report('skipped', 'the TLS files for connections to the issuer are invalid')
  const dates: Dated[] = []
  const own = clients.clients.get(name)
  const client = own && { ...own, fetch: dating(own.fetch, clock, dates) }
  // A server that introspects tokens may require the client's certificate for its metadata, too.
  const asClient = jwt === null && oidc === null ? client : undefined
  const fetch = asClient?.fetch ?? dating(clients.fetchOf(name), clock, dates)
  const deps: FetchDeps = { fetch, fetchTimeout: patience }
  const isDiscovered = oidc !== null || jwt?.jwks === null || oauth2?.introspection === null
  const metadata = isDiscovered ? await metadataOf(name, identity, deps, report) : null
  if (!isDiscovered) report('skipped', 'the addresses of keys and endpoints are configured, so metadata are not used')
  const isIntrospecting = oauth2?.introspection != null || metadata !== null
  await Promise.all([
    jwt !== null && (jwt.jwks !== null || metadata !== null) && checkKeys(name, identity, metadata, deps, report),
    jwt === null && oidc !== null && metadata !== null && checkKeys(name, identity, metadata, deps, report),
    checkSender(name, identity, context, report),
    oidc !== null && metadata !== null && client !== undefined && checkClient(name, oidc, metadata, { client, patience }, report),
    isIntrospecting && client !== undefined && oauth2 !== null && checkIntrospection(name, oauth2, { client, patience }, report),
  ])
  reportClock(name, dates, (jwt ?? oauth2 ?? oidc)?.clockSkew ?? 0, report)
}

/** Returns the issuer's metadata, or reports why there are none. */
async function metadataOf(name: string, identity: IdentityConfig, deps: FetchDeps, report: Reporter): Promise<Metadata | null> {
  const issuer = issuerOf(identity) as string
  const { oidc } = identity
  try {
    const metadata: Metadata = await (oidc === null ? discover(issuer, deps) : discoverProvider(issuer, deps))
    report('ok', `the metadata of \`${issuer}\` are reachable, and name this issuer`)
    if (oidc !== null) checkProvider(name, oidc, metadata, report)
    return metadata
  } catch (error) {
    if (!(error instanceof ProviderProblem)) throw error
    report('problem', error.message, { advice: providerAdvice(error, name) })
    return null
  }
}

/** Checks what sign-in needs of the provider beside its endpoints. */
function checkProvider(name: string, { scopes, algorithms, userinfo }: OidcConfig, metadata: Metadata, report: Reporter): void {
  const at = `identities.${name}`
  const listed = (key: string): readonly unknown[] | null => (Array.isArray(metadata[key]) ? metadata[key] : null)
  const unknown = scopes.filter((scope) => listed('scopes_supported')?.includes(scope) === false)
  if (unknown.length > 0)
    report('warning', `the provider does not list the scopes ${quotedList(unknown)} among those that it supports`, {
      place: `${at}.scopes`,
      advice: `remove them from \`${at}.scopes\`, or define them at the provider`,
    })
  const signing = listed('id_token_signing_alg_values_supported')
  if (signing !== null && !signing.some((alg) => (algorithms ?? JWS_ALGORITHMS).some((own) => own === alg)))
    report(
      'problem',
      `the provider signs ID tokens by ${quotedList(signing.map(String))} only, which the proxy does not accept`,
      {
        place: `${at}.algorithms`,
        advice: `let the provider sign by ES256 or RS256, and add the algorithm to \`${at}.algorithms\` if it is set`,
      },
    )
  if (userinfo && metadata.userinfo_endpoint === undefined)
    report('problem', '`userinfo` is set, but the metadata of the provider have no `userinfo_endpoint`', {
      place: `${at}.userinfo`,
      advice: `remove \`${at}.userinfo\`, or enable the endpoint at the provider`,
    })
  if (listed('response_types_supported')?.includes('code') === false)
    report('problem', 'the provider does not support the response type `code`, by which browsers sign in', {
      advice: 'enable the authorization code flow at the provider',
    })
  if (listed('code_challenge_methods_supported')?.includes('S256') === false)
    report('problem', 'the provider does not support PKCE by `S256`, which the proxy uses for each sign-in', {
      advice: 'enable PKCE with `S256` at the provider',
    })
}

async function checkKeys(
  name: string,
  { jwt, oidc }: IdentityConfig,
  metadata: Metadata | null,
  deps: FetchDeps,
  report: Reporter,
): Promise<void> {
  const { issuer, algorithms } = (jwt ?? oidc) as { issuer: string; algorithms: readonly JwsAlgorithm[] | null }
  const place = jwt?.jwks ? `identities.${name}.jwks` : `identities.${name}.issuer`
  await checkKeySet({ name, place, algorithms }, () => jwt?.jwks ?? endpointIn(metadata ?? {}, 'jwks_uri', issuer), deps, report)
}

/** Checks the keys of the sender of security events, unless they are those of the issuer. */
async function checkSender(
  name: string,
  identity: IdentityConfig,
  { config, patience, clients }: DoctorContext,
  report: Reporter,
): Promise<void> {
  const { [name]: events } = config.events
  const { jwt, oidc } = identity
  if (events === undefined || (events.issuer === events.subjectIssuer && (jwt ?? oidc) !== null)) return
  const deps: FetchDeps = { fetch: clients.fetchOf(name), fetchTimeout: patience }
  const place = `identities.${name}.events${events.jwks === null ? '' : '.jwks'}`
  const { issuer, jwks, algorithms } = events
  const find = async () => jwks ?? endpointIn(await discover(issuer, deps), 'jwks_uri', issuer)
  await checkKeySet({ name, place, algorithms }, find, deps, report)
}

interface KeySet {
  readonly name: string
  readonly place: string
  readonly algorithms: readonly JwsAlgorithm[] | null
}

async function checkKeySet(
  { name, place, algorithms }: KeySet,
  find: () => string | Promise<string>,
  deps: FetchDeps,
  report: Reporter,
): Promise<void> {
  const more = { check: 'issuer-keys', place } as const
  try {
    const url = await find()
    const { keys } = await fetchJson(url, deps)
    if (!Array.isArray(keys)) throw new ProviderProblem(`\`${url}\` is not a key set: it has no array \`keys\``)
    const { result, message, advice } = judgeKeys(name, url, keys, algorithms ?? JWS_ALGORITHMS)
    report(result, message, { ...more, ...(advice !== null && { advice }) })
  } catch (error) {
    if (!(error instanceof ProviderProblem)) throw error
    report('problem', error.message, { ...more, advice: providerAdvice(error, name, place) })
  }
}

interface Judged {
  readonly result: 'ok' | 'problem'
  readonly message: string
  readonly advice: string | null
}

/** Judges the keys of a key set, by the code that reads them for tokens. */
function judgeKeys(name: string, url: string, keys: readonly unknown[], wanted: readonly JwsAlgorithm[]): Judged {
  const usable = keys.map(issuerKey).filter((key) => key !== null)
  const fitting = usable.filter((key) => wanted.some((alg) => key.fits(alg))).length
  const offered = JWS_ALGORITHMS.filter((alg) => usable.some((key) => key.fits(alg)))
  if (fitting > 0) {
    const message = `\`${url}\` has ${count(fitting, 'usable key')} of ${keys.length}`
    return { result: 'ok', message, advice: null }
  }
  if (keys.length === 0)
    return { result: 'problem', message: `\`${url}\` has no keys`, advice: 'let the issuer publish its signing keys there' }
  if (offered.length === 0)
    return {
      result: 'problem',
      message: `none of the ${keys.length} keys in \`${url}\` can verify: they are private, too short, or for another use`,
      advice: 'let the issuer publish a public signing key: RSA of at least 2048 bits, P-256, P-384, P-521 or Ed25519',
    }
  return {
    result: 'problem',
    message: `the keys in \`${url}\` are for ${quotedList(offered)}, and none for the configured ${quotedList(wanted)}`,
    advice: `add one of these algorithms to \`identities.${name}.algorithms\`, or let the issuer sign by a configured one`,
  }
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
