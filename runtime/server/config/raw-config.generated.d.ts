// Generated from runtime/server/config/config.schema.json by `npm run generate`. Do not edit.

export interface RawListenerTls {
  readonly cert?: string
  readonly key?: string
  readonly certificates?: readonly (RawKeyPair | undefined)[]
  readonly minVersion?: '1.2' | '1.3' | 1.2 | 1.3
  readonly clientCa?: string
  readonly clientCert?: 'optional' | 'required'
  readonly crl?: readonly (string | undefined)[]
}

export interface RawServiceTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly serverName?: string
}

export interface RawKeyPair {
  readonly cert?: string
  readonly key?: string
}

export interface RawAdminTls {
  readonly cert?: string
  readonly key?: string
  readonly clientCa?: string
}

export interface RawSecret {
  readonly env?: string
  readonly file?: string
}

export interface RawIdentity {
  readonly issuer?: string
  readonly audience?: string | readonly (string | undefined)[]
  readonly algorithms?: readonly ('RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA' | undefined)[]
  readonly profile?: 'rfc9068' | 'jwt' | 'workload'
  readonly jwks?: string
  readonly clockSkew?: string
  readonly staleKeys?: string
  readonly keys?: {
    readonly file?: string
    readonly hmacKey?: RawSecret
  }
  readonly plugin?: string
  readonly headers?: readonly (string | undefined)[]
  readonly timeout?: string
  readonly events?: {
    readonly audience?: string
    readonly issuer?: string
    readonly jwks?: string
    readonly token?: RawSecret
  }
  readonly dpop?: {
    readonly required?: boolean
    readonly nonce?: boolean
  }
  readonly mfa?: {
    readonly amr?: readonly (string | undefined)[]
    readonly acr?: readonly (string | undefined)[]
  }
  readonly clientId?: string
  readonly clientSecret?: RawSecret
  readonly clientKey?: string
  readonly scopes?: readonly (string | undefined)[]
  readonly userinfo?: boolean
  readonly staleSession?: string
  readonly introspection?: string
  readonly cache?: string
  readonly prefix?: string
  readonly tls?: {
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
  }
  readonly metadata?: string
  readonly entityId?: string
  readonly attributes?: Readonly<Record<string, string | readonly (string | undefined)[] | undefined>>
  readonly responseSigned?: boolean
  readonly signing?: {
    readonly cert?: string
    readonly key?: string
  }
  readonly trustDomain?: string
  readonly ca?: string
}

export interface RawCors {
  readonly origins?: readonly (string | undefined)[]
  readonly methods?: readonly (string | undefined)[]
  readonly headers?: readonly (string | undefined)[]
  readonly expose?: readonly (string | undefined)[]
  readonly credentials?: boolean
  readonly maxAge?: string
}

export interface RawService {
  readonly upstreams?: readonly (string | undefined)[]
  readonly exchange?: {
    readonly issuer?: string
    readonly clientId?: string
    readonly clientSecret?: RawSecret
    readonly clientKey?: string
    readonly audience?: string | readonly (string | undefined)[]
    readonly resource?: string | readonly (string | undefined)[]
    readonly scopes?: readonly (string | undefined)[]
    readonly withoutToken?: 'refuse' | 'pass'
  }
  readonly hosts?: readonly (string | undefined)[]
  readonly identityHeaders?: readonly (string | undefined)[]
  readonly origins?: readonly (string | undefined)[]
  readonly cors?: RawCors
  readonly tls?: RawServiceTls
  readonly timeout?: string
  readonly timeouts?: {
    readonly connect?: string
    readonly firstByte?: string
    readonly idle?: string
    readonly total?: string
  }
  readonly protocol?: 'http1' | 'http2'
  readonly balance?: 'round-robin' | 'least-requests' | 'subject'
  readonly health?: {
    readonly path?: string
    readonly interval?: string
    readonly timeout?: string
    readonly healthy?: number
    readonly unhealthy?: number
  }
  readonly eject?: {
    readonly failures?: number
    readonly time?: string
  }
  readonly panic?: boolean
  readonly retries?: {
    readonly attempts?: number
    readonly budget?: string
  }
  readonly limits?: {
    readonly connections?: number
    readonly requests?: number
  }
}

export interface RawConfig {
  readonly listeners?: readonly ({
      readonly address?: string
      readonly fd?: string
      readonly http2?: boolean
      readonly trust?: {
        readonly proxies?: readonly (string | undefined)[]
        readonly header?: 'x-forwarded-for' | 'forwarded' | 'proxy-protocol'
        readonly certificate?: 'x-forwarded-client-cert' | 'client-cert'
      }
      readonly tls?: RawListenerTls
    } | undefined)[]
  readonly bundle?: {
    readonly source?: string
    readonly poll?: string
    readonly longPoll?: string
    readonly token?: RawSecret
    readonly username?: string
    readonly password?: RawSecret
    readonly notice?: {
      readonly redis?: string
      readonly channel?: string
    }
    readonly maxStaleness?: string
    readonly whenStale?: 'warn' | 'close'
    readonly whenExpired?: 'close' | 'warn'
    readonly keys?: readonly (string | undefined)[]
    readonly signatures?: number
    readonly state?: string
  }
  readonly rollout?: {
    readonly steps?: readonly ({
        readonly shadow?: string
        readonly percent?: number
        readonly for?: string
      } | undefined)[]
    readonly order?: readonly ({
        readonly labels?: readonly (string | undefined)[]
        readonly services?: readonly (string | undefined)[]
      } | undefined)[]
    readonly promote?: 'by-itself' | 'asked'
    readonly requests?: number
    readonly rollback?: {
      readonly newlyPermitted?: string
      readonly newlyDenied?: string
      readonly other?: string
      readonly refusals?: string
      readonly failed?: number
      readonly after?: number
    }
  }
  readonly data?: Readonly<Record<string, {
      readonly file?: string
      readonly push?: true
    } | undefined>>
  readonly identities?: Readonly<Record<string, RawIdentity | undefined>>
  readonly identityHeaders?: readonly (string | undefined)[]
  readonly services?: Readonly<Record<string, RawService | undefined>>
  readonly audit?: readonly ({
      readonly file?: string
      readonly stdout?: true
      readonly otlp?: string
      readonly headers?: Readonly<Record<string, RawSecret | undefined>>
      readonly encoding?: 'protobuf' | 'json'
      readonly redis?: string
      readonly stream?: string
      readonly maxLength?: number
      readonly plugin?: string
      readonly format?: 'iap' | 'ocsf'
      readonly chain?: boolean
      readonly key?: string
      readonly rotate?: {
        readonly size?: string
        readonly age?: string
        readonly keep?: number
      }
      readonly fsync?: 'always' | 'interval' | 'never'
      readonly whenFull?: 'block' | 'drop'
      readonly sample?: readonly ({
          readonly effect?: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
          readonly labels?: readonly (string | undefined)[]
          readonly keep?: number
        } | undefined)[]
      readonly values?: 'conditions' | 'none'
      readonly redact?: {
        readonly omit?: readonly (string | undefined)[]
        readonly hash?: readonly (string | undefined)[]
        readonly key?: RawSecret
      }
    } | undefined)[]
  readonly traces?: {
    readonly otlp?: string
    readonly headers?: Readonly<Record<string, RawSecret | undefined>>
    readonly encoding?: 'protobuf' | 'json'
    readonly sample?: number | string
  }
  readonly admin?: {
    readonly address?: string
    readonly hosts?: readonly (string | undefined)[]
    readonly tokens?: readonly (RawSecret | undefined)[]
    readonly tls?: RawAdminTls
  }
  readonly learn?: string
  readonly probes?: {
    readonly address?: string
  }
  readonly drain?: {
    readonly delay?: string
  }
  readonly watchdog?: {
    readonly missTimeout?: string
    readonly killTimeout?: string
    readonly rollback?: boolean
  }
  readonly workers?: number | string
  readonly limits?: {
    readonly body?: string
    readonly connections?: number
    readonly stalled?: string
    readonly streamGrace?: string
    readonly lag?: string
    readonly memory?: string
    readonly store?: string
    readonly prefix?: string
    readonly whenUnavailable?: 'refuse' | 'pass'
  }
  readonly assertion?: {
    readonly issuer?: string
    readonly lifetime?: string
    readonly state?: string
    readonly rotation?: string
  }
  readonly pages?: {
    readonly style?: string
    readonly texts?: string
  }
  readonly sessions?: {
    readonly store?: string
    readonly idle?: string
    readonly lifetime?: string
    readonly perSubject?: number
    readonly keys?: readonly (RawSecret | undefined)[]
  }
  readonly dev?: {
    readonly sources?: string | readonly (string | undefined)[]
    readonly callers?: string
    readonly echo?: boolean | readonly (string | undefined)[]
    readonly issuer?: string
  }
}
