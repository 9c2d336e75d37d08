/** The provider says no, or what it says does not hold. The message names what, and nothing of a token. */
export class ProviderRefusal extends Error {
  /** As the provider called it (RFC 6749, sections 4.1.2.1 and 5.2); null: it is the proxy that refuses. */
  readonly error: string | null
  constructor(message: string, error: string | null = null) {
    super(message)
    this.name = 'ProviderRefusal'
    this.error = error
  }
}
