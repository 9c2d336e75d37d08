import type { Keycloak } from './server.ts'

export const REALM = 'shop'
export const SECRETS = {
  browser: 'the-secret-of-the-browsers-client',
  api: 'the-secret-of-the-api-client',
  exchange: 'the-secret-of-the-exchange',
}
export const PASSWORD = 'a password of the run'
/** Seconds that an access token is good for, after which a session is refreshed. */
export const ACCESS_TOKEN = 5

export interface Addresses {
  /** Of the proxy, where people sign in by OpenID Connect. */
  readonly origins: readonly string[]
  /** Where the proxy is told that somebody has signed out. */
  readonly backChannel: string
}

/** A realm with people, a client for browsers, a client that introspects, one that exchanges tokens, and robots. */
export function realmOf({ origins, backChannel }: Addresses): object {
  return {
    realm: REALM,
    enabled: true,
    sslRequired: 'none',
    accessTokenLifespan: ACCESS_TOKEN,
    eventsEnabled: true,
    enabledEventTypes: ['LOGIN', 'REFRESH_TOKEN'],
    attributes: { 'acr.loa.map': JSON.stringify({ silver: 1, gold: 2 }) },
    users: ['ann', 'bob', 'cem', 'dan', 'eve'].map((username) => ({
      username,
      enabled: true,
      email: `${username}@shop.example`,
      emailVerified: true,
      firstName: username,
      lastName: 'Example',
      credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
    })),
    clients: [
      {
        ...{ clientId: 'browser', secret: SECRETS.browser, standardFlowEnabled: true },
        redirectUris: origins.map((origin) => `${origin}/*`),
        attributes: {
          'backchannel.logout.url': backChannel,
          'backchannel.logout.session.required': 'true',
          'post.logout.redirect.uris': '+',
        },
        protocolMappers: [audience('exchange'), audience('orders')],
      },
      { clientId: 'api', secret: SECRETS.api },
      {
        ...{ clientId: 'exchange', secret: SECRETS.exchange },
        attributes: { 'standard.token.exchange.enabled': 'true' },
        protocolMappers: [audience('orders')],
      },
      { clientId: 'orders', secret: 'nobody-shows-this-secret' },
      robot('robot', {}),
      robot('bound-robot', { 'dpop.bound.access.tokens': 'true' }),
    ],
  }
}

/** A machine that gets tokens for the API by its own secret. */
function robot(clientId: string, attributes: Readonly<Record<string, string>>): object {
  return {
    ...{ clientId, secret: SECRETS.api, serviceAccountsEnabled: true },
    attributes: { ...attributes, 'access.token.lifespan': '300' },
    protocolMappers: [audience('api')],
  }
}

function audience(client: string): object {
  return {
    name: `audience ${client}`,
    protocol: 'openid-connect',
    protocolMapper: 'oidc-audience-mapper',
    config: { 'included.client.audience': client, 'access.token.claim': 'true', 'introspection.token.claim': 'true' },
  }
}

/** A flow that signs in by a password, and asks for it once more for the second level of authentication. */
export async function useStepUp(keycloak: Keycloak): Promise<void> {
  const flows = 'authentication/flows'
  await keycloak.admin('POST', flows, { alias: 'levels', providerId: 'basic-flow', topLevel: true, builtIn: false })
  await execution('levels', 'auth-cookie', 'ALTERNATIVE')
  await subflow('levels', 'levels-forms', 'ALTERNATIVE')
  for (const [level, age, form] of [
    ['1', '36000', 'auth-username-password-form'],
    ['2', '0', 'auth-password-form'],
  ] as const) {
    await subflow('levels-forms', `level-${level}`, 'CONDITIONAL')
    const condition = await execution(`level-${level}`, 'conditional-level-of-authentication', 'REQUIRED')
    const config = { 'loa-condition-level': level, 'loa-max-age': age }
    await keycloak.admin('POST', `authentication/executions/${condition}/config`, { alias: `level ${level}`, config })
    await execution(`level-${level}`, form, 'REQUIRED')
  }
  await keycloak.admin('PUT', '', { browserFlow: 'levels' })

  async function execution(flow: string, provider: string, requirement: string): Promise<string> {
    const location = (await keycloak.admin('POST', `${flows}/${flow}/executions/execution`, { provider })) as string
    return await require(flow, ({ id }) => location.endsWith(id), requirement)
  }

  async function subflow(flow: string, alias: string, requirement: string): Promise<void> {
    await keycloak.admin('POST', `${flows}/${flow}/executions/flow`, {
      alias,
      type: 'basic-flow',
      provider: 'registration-page-form',
    })
    await require(flow, ({ displayName }) => displayName === alias, requirement)
  }

  async function require(flow: string, is: (one: Execution) => boolean, requirement: string): Promise<string> {
    const all = (await keycloak.admin('GET', `${flows}/${flow}/executions`)) as readonly Execution[]
    const found = all.find(is)
    if (found === undefined) throw new Error(`Keycloak: the flow ${flow} lacks an execution that was added`)
    await keycloak.admin('PUT', `${flows}/${flow}/executions`, { ...found, requirement })
    return found.id
  }
}

interface Execution {
  readonly id: string
  readonly displayName: string
}
