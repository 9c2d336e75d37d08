import type { Manifest } from '../../abi/index.ts'
import { byPlace, type ConfigError } from '../../base/config-error.ts'
import type { MethodName } from '../../identity/identity-config.ts'
import { checkNames, type UnboundName } from './check-names.ts'
import type { Config } from './config.ts'

/** Keys that configure each method. */
const KEYS: Readonly<Record<MethodName, string>> = {
  jwt: '`issuer`, `audience` and `algorithms`',
  oauth2:
    '`issuer`, `clientId`, `clientSecret`, `clientKey` or `tls`, and `cache` if no other key shows that tokens are introspected',
  oidc: '`issuer`, `clientId`, `clientSecret` or `clientKey`, and `scopes` if the client also introspects tokens',
  saml: '`metadata` and `entityId`',
  api_key: '`keys` with `file` and `hmacKey`',
  custom: '`plugin` and `headers`',
  mtls: '`trustDomain` or `ca`',
}

type Named = Pick<Manifest, 'identities' | 'services' | 'data'>

/**
 * Returns errors for identities, services and data that the policy names but the configuration lacks, or configures for other
 * methods. Empty if both match. If all listeners only decide, services may be left out: other proxies reach them.
 */
export function checkBindings(config: Config, manifest: Named): readonly ConfigError[] {
  const { file, place } = config.source
  const lacking = unboundNames(config, manifest)
    .filter((one) => !isLeftOut(one))
    .map(({ kind, meant, message }) => ({ file, ...place(meant === null ? [kind] : [kind, meant]), message }))
  return [...lacking, ...checkEntries(config, manifest)].sort(byPlace)
}

type Lacking = UnboundName & { readonly isOptional: boolean }

function unboundNames(config: Config, manifest: Named): readonly Lacking[] {
  const bound = {
    identities: Object.keys(config.identities),
    services: Object.keys(config.services),
    data: Object.keys(config.data),
  }
  const onlyDecides = config.listeners.every(({ check }) => check !== null)
  return checkNames(bound, manifest).map((one) => ({ ...one, isOptional: onlyDecides && one.kind === 'services' }))
}

/** Whether only other proxies reach the service. */
function isLeftOut({ isOptional, meant }: Lacking): boolean {
  return isOptional && meant === null
}

/** Returns errors for what is configured, but for other methods or hosts than the policy needs. */
export function checkEntries(config: Config, manifest: Named): readonly ConfigError[] {
  const errors: ConfigError[] = []
  const leftOut = new Set(unboundNames(config, manifest).flatMap((one) => (isLeftOut(one) ? [one.name] : [])))
  const report = (path: readonly (string | number)[], message: string): void => {
    errors.push({ file: config.source.file, ...config.source.place(path), message })
  }
  for (const { name, methods } of manifest.identities) {
    const identity = config.identities[name]
    if (identity === undefined) continue
    for (const method of methods) {
      // Unknown methods are reported elsewhere.
      if (!Object.hasOwn(identity, method) || identity[method as MethodName] !== null) continue
      const message =
        `the policy authenticates \`${name}\` \`via ${method}\`, which is not configured: ` +
        `it takes ${KEYS[method as MethodName]}`
      report(['identities', name], message)
    }
  }
  for (const { name, hosts } of manifest.services) {
    const service = config.services[name]
    if (service === undefined && !leftOut.has(name)) continue
    const given = service?.hosts ?? null
    const parameter = hosts.map((host) => /^\{[^}]*\}/.exec(host)?.[0]).find((label) => label !== undefined)
    if (given === null) {
      if (hosts.length === 0)
        report(
          leftOut.has(name) ? ['services'] : ['services', name],
          `the service \`${name}\` has no host: set \`hosts\`, as the policy gives none`,
        )
      continue
    }
    if (parameter === undefined) continue
    for (const [index, host] of given.entries()) {
      if (/^(?:\*|\{[^}]*\})\./.test(host)) continue
      const message =
        `the policy reads the first label of the host of \`${name}\` (\`${parameter}\`), ` + `but \`${host}\` has a fixed one`
      report(['services', name, 'hosts', index], message)
    }
  }
  return errors
}
