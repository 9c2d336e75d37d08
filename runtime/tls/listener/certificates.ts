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

/** What a client that named some host is shown. */
export interface Shown {
  readonly names: CertificateNames
  readonly context: SecureContext
}

/**
 * TLS 1.2 with forward secrecy and authenticated encryption alone (RFC 9325 §4.2); those of TLS 1.3 are all of that kind. AES in
 * hardware goes first, and ChaCha20 for clients that would rather have it, which are those without such hardware.
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

/** Seconds for which a client can take up a session again. */
const SESSION = 300

/** Milliseconds until the keys of session tickets are made anew: Node keeps those of a context for as long as it lives. */
const TICKET_KEYS = 3_600_000

/**
 * What a listener shows to whom, as its files say now. Whenever one of them is replaced, all contexts are made anew, with new
 * keys for session tickets: who was let in by what counted before cannot take that up again.
 */
export class Certificates {
  /** Called when `defaults` are others. */
  onChange: (() => void) | null = null
  readonly #config: ListenerTlsConfig
  readonly #pairs: readonly LiveFiles<KeyPair>[]
  readonly #clients: LiveFiles<Authorities> | null
  readonly #lists: readonly LiveFiles<RevocationLists>[]
  readonly #timer: NodeJS.Timeout
  #shown!: readonly Shown[]
  #defaults!: SecureContextOptions
  #revocations: readonly RevocationLists[] = []

  /** Each of the files must have been read well once. `pairs` in the order of the configuration. */
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

  /** For clients that name no host, and of a server that is asked for none. */
  get defaults(): SecureContextOptions {
    return this.#defaults
  }

  /** Whose certificates clients may show; none where they are not asked for any. */
  get authorities(): readonly X509Certificate[] {
    return this.#clients?.current?.certificates ?? []
  }

  /** Another list of them once one was replaced. */
  get revocations(): readonly RevocationLists[] {
    return this.#revocations
  }

  /**
   * By the name that the client sent (RFC 6066 §3): the certificate that has it, else one that has a wildcard for it, else the
   * first: a client that finds another name in it says so better than we could. Of several the one that comes first in the
   * configuration.
   */
  choose(servername: string | false | null): Shown {
    const host = servername ? canonicalHost(servername)?.host : undefined
    const first = this.#shown[0] as Shown
    if (host === undefined) return first
    const of = (fit: 'exact' | 'wildcard') => this.#shown.find(({ names }) => names.fit(host) === fit)
    return of('exact') ?? of('wildcard') ?? first
  }

  /** Makes all contexts of what the files hold. Throws where OpenSSL cannot use it, and leaves all as it was. */
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

  /** Of files that cannot be used it was told when they came; what was there before serves on. */
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
   * Of a session of TLS 1.2 that is taken up again, Node does not tell the name that it began with, and so not which of several
   * certificates was shown: there, all begin anew. So they do where clients show certificates: nothing looks at these again when
   * a session is taken up, neither at their dates nor at lists of those that were revoked, and what came with them is forgotten.
   */
  get #tickets(): number {
    return this.#pairs.length > 1 || this.#clients !== null ? constants.SSL_OP_NO_TICKET : 0
  }

  #optionsOf({ cert, key }: KeyPair, revocations: readonly RevocationLists[], ticketKeys: Buffer): SecureContextOptions {
    const authorities = this.#clients?.current
    return {
      cert,
      key,
      // In every context: where there is none, OpenSSL would believe whoever has a certificate of a public authority.
      ...(authorities && { ca: [...authorities.pem] }),
      // Where there is one, OpenSSL wants one that is valid of each authority in a chain, the root included.
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
