import { constants, randomBytes, type X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { canonicalHost } from '../../../request/index.ts'
import type { Authorities } from '../certificates/authorities.ts'
import type { CertificateNames } from '../certificates/certificate-names.ts'
import type { KeyPair } from '../certificates/key-pair.ts'
import type { RevocationLists } from '../certificates/revocation-lists.ts'
import { KEY_EXCHANGE_GROUPS } from '../key-exchange.ts'
import type { LiveFiles } from '../live-files.ts'
import type { ListenerTlsConfig } from '../tls-config.ts'

/** The TLS context of a listener's certificate, with the names in the certificate. */
export interface Shown {
  readonly names: CertificateNames
  readonly context: SecureContext
}

/**
 * Cipher suites of TLS 1.2 with forward secrecy and authenticated encryption only (RFC 9325, section 4.2); all suites of TLS
 * 1.3 are of that kind. AES comes first, as processors implement it, and ChaCha20 is for clients that prefer it because they
 * have no such hardware.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** Seconds for which sessions can be resumed. */
const SESSION = 300

/** Milliseconds after which session ticket keys are rotated. Node does not rotate them. */
const TICKET_KEYS = 3_600_000

/**
 * The certificates of a listener by name, which are reloaded when their files change. Any change renews all contexts and ticket
 * keys, so that sessions established under earlier files cannot be resumed.
 */
export class Certificates {
  /** Called after all contexts were renewed. `defaults` has changed then. */
  onChange: (() => void) | null = null
  readonly #config: ListenerTlsConfig
  readonly #pairs: readonly LiveFiles<KeyPair>[]
  readonly #clients: LiveFiles<Authorities> | null
  readonly #lists: readonly LiveFiles<RevocationLists>[]
  readonly #timer: NodeJS.Timeout
  #shown!: readonly Shown[]
  #defaults!: SecureContextOptions
  #revocations: readonly RevocationLists[] = []

  /**
   * Creates the TLS contexts of a listener from files that were read without errors at start.
   *
   * @param pairs certificates with their keys, in the order of the configuration
   */
  constructor(
    config: ListenerTlsConfig,
    pairs: readonly LiveFiles<KeyPair>[],
    clients: LiveFiles<Authorities> | null,
    lists: readonly LiveFiles<RevocationLists>[],
  ) {
    this.#config = config
    this.#pairs = pairs
    this.#clients = clients
    this.#lists = lists
    this.renew()
    this.#timer = setInterval(() => this.#renewKeys(), TICKET_KEYS).unref()
  }

  /** TLS options with the default certificate, which is also used for clients that send no server name (SNI). */
  get defaults(): SecureContextOptions {
    return this.#defaults
  }

  /** Certificate authorities that verify client certificates; empty if no client certificates are requested. */
  get authorities(): readonly X509Certificate[] {
    return this.#clients?.current?.certificates ?? []
  }

  /** Current revocation lists; a new array after a change. */
  get revocations(): readonly RevocationLists[] {
    return this.#revocations
  }

  /**
   * Chooses a certificate by SNI (RFC 6066, section 3): an exact match, or else a wildcard, or else the first certificate, as
   * the client then reports the unexpected name. Earlier certificates take precedence.
   */
  choose(servername: string | false | null): Shown {
    const host = servername ? canonicalHost(servername)?.host : undefined
    const first = this.#shown[0] as Shown
    if (host === undefined) return first
    const of = (fit: 'exact' | 'wildcard') => this.#shown.find(({ names }) => names.fit(host) === fit)
    return of('exact') ?? of('wildcard') ?? first
  }

  /**
   * Renews all TLS contexts from the current files.
   *
   * @throws Error if OpenSSL rejects the files; the earlier contexts stay in use
   */
  renew(): void {
    const pairs = this.#pairs.map(({ current }) => current as KeyPair)
    const ticketKeys = randomBytes(48)
    const revocations = this.#lists.map(({ current }) => current as RevocationLists)
    const options = pairs.map((pair) => this.#optionsOf(pair, revocations, ticketKeys))
    this.#shown = pairs.map(({ names }, index) => ({ names, context: createSecureContext(options[index]) }))
    this.#defaults = options[0] as SecureContextOptions
    this.#revocations = revocations
    this.onChange?.()
  }

  /** Unusable files were reported when they came; the earlier ones stay. */
  #renewKeys(): void {
    try {
      this.renew()
    } catch {}
  }

  close(): void {
    clearInterval(this.#timer)
    this.onChange = null
  }

  /**
   * Disables resumption with several certificates (TLS 1.2 in Node loses the original name) and with client certificates, whose
   * dates and revocation are not checked on resumption, and which are then missing.
   */
  get #tickets(): number {
    return this.#pairs.length > 1 || this.#clients !== null ? constants.SSL_OP_NO_TICKET : 0
  }

  #optionsOf({ cert, key }: KeyPair, revocations: readonly RevocationLists[], ticketKeys: Buffer): SecureContextOptions {
    const authorities = this.#clients?.current
    return {
      cert,
      key,
      // In every context: without it, OpenSSL would trust certificates of public authorities.
      ...(authorities && { ca: [...authorities.pem] }),
      // With any list, OpenSSL requires a valid one for each authority of a chain, root included.
      ...(revocations.length > 0 && { crl: revocations.flatMap(({ pem }) => pem) }),
      minVersion: this.#config.minVersion,
      ciphers: CIPHERS,
      ecdhCurve: KEY_EXCHANGE_GROUPS,
      honorCipherOrder: true,
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_PRIORITIZE_CHACHA | this.#tickets,
      sessionTimeout: SESSION,
      ticketKeys,
    }
  }
}
