import { type LoginProvider, type LoginProviderOptions, startLoginProvider } from '../support/login-provider.ts'
import { openPages, type PagesStage, policyOfPages, type StartConfig, type StartedProxy } from './open-pages.ts'

export type { StartedProxy } from './open-pages.ts'

export const signInPolicy = policyOfPages('identity staff via oidc { sub: string, groups: set<string> }', 'gold')

export interface SignInStage extends PagesStage {
  readonly provider: LoginProvider
  start(options?: StageStart): Promise<StartedProxy>
  /** The provider leads back there, too. */
  register(...origins: readonly string[]): void
}

export interface StageStart extends StartConfig {
  /** YAML of what else stands under the identity. */
  readonly identity?: string
}

export async function openSignIn(
  options: Omit<LoginProviderOptions, 'origins'> & { policy?: string } = {},
): Promise<SignInStage> {
  let origins: readonly string[] = []
  const provider = await startLoginProvider({ ...options, origins: () => origins })
  const pages = await openPages(options.policy ?? signInPolicy)
  const { close } = pages

  function register(...more: readonly string[]): void {
    origins = [...more, ...origins]
    provider.register()
  }

  return Object.assign(pages, {
    provider,
    register,
    async start({ identity = '', ...config }: StageStart = {}) {
      const { issuer, clientId, clientSecret } = provider
      const identities = `{ staff: { issuer: "${issuer}", clientId: ${clientId}, clientSecret: { env: IAP_TEST_SECRET }, scopes: [profile], ${identity} } }`
      const started = await pages.startWith({ identities, ...config }, { ...process.env, IAP_TEST_SECRET: clientSecret })
      register(started.origin, ...started.ports.map((one) => `https://app.test:${one}`))
      return started
    },
    async close() {
      await close()
      await provider.close()
    },
  })
}
