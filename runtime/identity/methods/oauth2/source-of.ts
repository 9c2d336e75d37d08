import type { OAuth2Config } from './oauth2-config.ts'

/** The same for identities that one question tells of; of any two others, tokens must begin otherwise. */
export function sourceOf({ issuer, introspection, clientId, client, tls, prefix }: OAuth2Config): string {
  return JSON.stringify([issuer, introspection, clientId, client, tls?.ca?.file, tls?.pair?.cert, tls?.pair?.key, prefix])
}
