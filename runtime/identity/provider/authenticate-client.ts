import { type ClientKey, clientAssertion } from './client-assertion.ts'
import type { ClientAuthMetadata, OAuthClient } from './oauth-client.ts'

/**
 * Credentials by which the proxy authenticates as an OAuth client. A secret is read at each use, because it may have been
 * replaced.
 */
export type ClientProof =
  | { readonly kind: 'secret'; readonly secret: () => string }
  | { readonly kind: 'key'; readonly key: ClientKey }
  | { readonly kind: 'certificate' }

/**
 * Returns a function that adds the proxy's credentials as an OAuth client to a request (RFC 6749, section 2.3). `clock` returns
 * milliseconds since 1970.
 */
export function authenticateClient(clientId: string, proof: ClientProof, clock: () => number): OAuthClient['authenticate'] {
  return async (form: URLSearchParams, { issuer, methods }: ClientAuthMetadata) => {
    switch (proof.kind) {
      case 'secret': {
        const posts = methods?.includes('client_secret_post') && !methods.includes('client_secret_basic')
        if (!posts) return { authorization: basic(clientId, proof.secret()) }
        form.set('client_id', clientId)
        form.set('client_secret', proof.secret())
        return {}
      }
      case 'key': {
        form.set('client_id', clientId)
        form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
        form.set('client_assertion', clientAssertion(proof.key, clientId, issuer, clock()))
        return {}
      }
      case 'certificate': {
        form.set('client_id', clientId)
        return {}
      }
    }
  }
}

/** Returns the `Authorization` value of HTTP Basic, in which both parts are form-encoded (RFC 6749, section 2.3.1). */
function basic(clientId: string, secret: string): string {
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(secret)}`).toString('base64')}`
}

function encoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
