import { access, constants } from 'node:fs/promises'
import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Refused } from '../../authentication.ts'
import type { Credential, IdentityProblem, Verified } from '../../credential.ts'
import type { CustomConfig } from '../../identity-config.ts'
import type { IdentityMethod, MethodDeps, Verifier } from '../../method.ts'
import { expiredAt } from '../../mismatch.ts'
import { refuseCredential } from '../../refusals.ts'
import { withoutOwnCookies } from '../../sessions/index.ts'
import { isDate } from '../../token/claim-types.ts'
import { DEFAULT_MFA, readAuthentication } from '../../token/read-authentication.ts'
import { IdentityPlugin } from './identity-plugin.ts'
import type { PluginAnswer } from './plugin-answer.ts'

/**
 * Authentication method that delegates to plug-ins: JavaScript modules of the operator.
 * `docs/reference/identities/custom.md` describes it.
 */
export const custom: IdentityMethod<CustomConfig> = { prepare }

interface Asked {
  readonly name: string
  readonly config: CustomConfig
  readonly plugin: IdentityPlugin
}

function prepare(identities: ReadonlyMap<string, CustomConfig>, { clock, log }: MethodDeps): Verifier {
  const plugins = [...identities].map(
    ([name, config]): Asked => ({
      name,
      config,
      plugin: new IdentityPlugin(config.plugin, { timeout: config.timeout, log, identity: name }),
    }),
  )
  const named = [...new Set(plugins.flatMap(({ config }) => config.headers))].sort()

  /** Reads all headers that any plug-in sees, plus whether one exists that none sees: the cache key of their answers. */
  function read({ headers }: CanonicalRequest): Credential | Refused | null {
    if (named.every((name) => headers.count(name) === 0)) return null
    const spelled = [...headers.entries()].map(([name]) => name)
    // A spelling that a service may treat as the header, but no plug-in would see.
    if (named.some((name) => headers.count(name) !== spelled.filter((each) => each === name).length))
      return refuseCredential('credential-repeated')
    const lines = linesOf(headers, named)
    if (named.every((name) => lines[name]?.length === 0)) return null
    const ambiguous = headers.count('authorization') > 0 && !named.includes('authorization')
    return { text: JSON.stringify([ambiguous, ...named.map((name) => lines[name])]), alone: true }
  }

  async function verify(_: Credential, request: CanonicalRequest): Promise<Verified | Refused | null> {
    const { method, host, path, sourceIp: address } = request
    let first = true
    for (const { name, config, plugin } of plugins) {
      const headers = linesOf(request.headers, config.headers)
      if (config.headers.every((each) => headers[each]?.length === 0)) continue
      const answer = await plugin.ask({ method, host, path, address, headers })
      if (answer.kind !== 'nothing') {
        const found = callerOf(name, config, request, answer)
        // Another plug-in's silence may not repeat, so the result is valid for this request alone.
        return first || 'kind' in found ? found : { ...found, alone: true }
      }
      first = false
    }
    return null
  }

  function callerOf(
    identity: string,
    { headers }: CustomConfig,
    request: CanonicalRequest,
    answer: Exclude<PluginAnswer, { kind: 'nothing' }>,
  ): Verified | Refused {
    if (answer.kind === 'failed') {
      log.error(`the plug-in of an identity failed: ${answer.message}`, { identity })
      return refuseCredential('identity-plugin-unavailable')
    }
    if (answer.kind === 'refused') return refuseCredential('plugin-refused')
    // A header that the plug-in did not see could be another caller's credential.
    if (!headers.includes('authorization') && request.headers.count('authorization') > 0)
      return refuseCredential('credential-ambiguous')
    const { claims, until, alone, ambient } = answer
    const now = clock() / 1000
    if (until !== null && until <= now) return refuseCredential('expired', expiredAt('until', until, now, true))
    return {
      identity,
      subject: typeof claims.sub === 'string' ? claims.sub : null,
      claims,
      auth: readAuthentication(claims, now, 0, DEFAULT_MFA),
      issued: isDate(claims.iat) ? claims.iat : Number.NEGATIVE_INFINITY,
      // The header may hold a password.
      credentialId: null,
      from: Number.NEGATIVE_INFINITY,
      until: until ?? Number.POSITIVE_INFINITY,
      holds: () => true,
      consumed: headers,
      ambient,
      alone: alone || until === null,
    }
  }

  async function open(): Promise<readonly IdentityProblem[]> {
    const problems = await Promise.all(
      plugins.map(async ({ config, plugin }): Promise<IdentityProblem | null> => {
        const at = { path: [...config.path, 'plugin'] }
        const unreadable = await access(config.plugin, constants.R_OK).then(
          () => null,
          (error: Error) => error.message,
        )
        if (unreadable !== null)
          return { ...at, fault: 'environment', message: `the plug-in \`${config.plugin}\` cannot be read: ${unreadable}` }
        const problem = await plugin.load()
        return problem === null ? null : { ...at, fault: 'content', message: `the plug-in \`${config.plugin}\` ${problem}` }
      }),
    )
    return problems.filter((problem) => problem !== null)
  }

  return {
    // In their order, as the first plug-in that knows a caller is believed.
    context: JSON.stringify([...identities].map(([name, { plugin, headers }]) => [name, plugin, headers])),
    read: plugins.length === 0 ? () => null : read,
    verify,
    status: () => [],
    open,
    close: async () => void (await Promise.all(plugins.map(({ plugin }) => plugin.close()))),
  }
}

/**
 * Returns the header lines that a plug-in receives. The object has no prototype, as a header may have the name of a member. The
 * proxy's cookies are omitted because they are the credential of another method.
 */
function linesOf(headers: CanonicalRequest['headers'], names: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const lines: Record<string, string[]> = Object.create(null)
  for (const name of names) lines[name] = []
  for (const [name, value] of headers.entries()) {
    const shown = name === 'cookie' ? withoutOwnCookies(value) : value
    if (shown !== null) lines[name]?.push(shown)
  }
  return lines
}
