import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readRegularText } from '../../base/files/read-regular.ts'
import type { Log } from '../../base/log.ts'
import { content, environment, type Problem, problemAt } from '../../base/startup-error.ts'
import type { SamlConfig } from '../../identity/methods/saml/saml-config.ts'
import type { SamlProvider } from '../../identity/methods/saml/saml-provider.ts'
import { type Config, sameClient } from '../config/index.ts'

export interface OpenSamlOptions {
  readonly log: Log
  readonly clock: () => number
  /** Milliseconds between two checks of a watched file. */
  readonly watchInterval?: number | undefined
  /** Called when a watched file has changed, with the path of its configuration key. */
  readonly onLoad?: ((place: string, result: 'taken' | 'refused') => void) | undefined
}

export interface OpenedSaml {
  readonly providers: ReadonlyMap<string, SamlProvider>
  readonly problems: readonly Problem[]
}

/** Opens the SAML identity providers. Their libraries are loaded only if needed, because they are a third of the proxy's size. */
export async function openSaml(config: Config, options: OpenSamlOptions): Promise<OpenedSaml> {
  const providers = new Map<string, SamlProvider>()
  const problems: Problem[] = []
  const problem = (path: SamlConfig['path'], problem: Problem) => problems.push(problemAt(config.source, path, problem))
  const wanted = Object.entries(config.identities).flatMap(([name, { saml }]) => (saml === null ? [] : [[name, saml] as const]))
  if (wanted.length === 0) return { providers, problems }
  const known = new Map<string, string>()
  const { SamlProvider } = await import('../../identity/methods/saml/saml-provider.ts')
  for (const [name, saml] of wanted) {
    const signing = saml.signing === null ? null : openSigning(saml.signing)
    if (signing !== null && 'fault' in signing) {
      problem([...saml.path, 'signing'], signing)
      continue
    }
    const provider = await SamlProvider.open(saml, { ...watching(name, options), clock: options.clock, signing })
    providers.set(name, provider)
    if (provider.refusal !== null) {
      problem([...saml.path, 'metadata'], provider.refusal)
      continue
    }
    const { issuer, clientId } = provider.config
    const other = known.get(`${issuer}\n${clientId}`)
    known.set(`${issuer}\n${clientId}`, name)
    if (other !== undefined) problem([...saml.path, 'entityId'], content(sameClient(name, other, clientId)))
  }
  return { providers, problems }
}

function watching(name: string, { log, watchInterval: interval, onLoad }: OpenSamlOptions) {
  const place = `identities.${name}.metadata`
  return {
    ...(interval !== undefined && { interval }),
    onTaken() {
      onLoad?.(place, 'taken')
      log.info('new metadata of an identity provider is active', { place })
    },
    onRefused(message: string) {
      onLoad?.(place, 'refused')
      log.error(`new metadata of an identity provider was refused, and the previous one stays active: ${message}`, { place })
    },
  }
}

function openSigning({
  cert,
  key,
}: NonNullable<SamlConfig['signing']>): { readonly cert: string; readonly key: string } | Problem {
  let texts: { readonly cert: string; readonly key: string }
  try {
    texts = { cert: readRegularText(cert), key: readRegularText(key) }
  } catch (error) {
    return environment(`the key or certificate for SAML requests cannot be read: ${(error as Error).message}`)
  }
  try {
    const own = createPrivateKey(texts.key)
    if (own.asymmetricKeyType !== 'rsa') return content(`\`${key}\` is not an RSA key, which SAML providers require`)
    if (!new X509Certificate(texts.cert).checkPrivateKey(own)) return content(`\`${cert}\` is not the certificate of \`${key}\``)
    // In the library's format.
    return { cert: texts.cert, key: own.export({ type: 'pkcs8', format: 'pem' }).toString() }
  } catch {
    return content(`\`${cert}\` or \`${key}\` is not PEM of a certificate and its private key`)
  }
}
