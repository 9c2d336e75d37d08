import type { Redactable, ValuePath } from '../../telemetry/audit/audit-config.ts'
import type { AuditRecord } from '../../telemetry/audit/audit-record.ts'

/**
 * What the YAML holds once everything that the schema refuses has been cut out: whatever is there has its type, and anything may
 * be missing, or undefined where something was that is wrong.
 */
export interface RawConfig {
  readonly listeners?: readonly (RawListener | undefined)[]
  readonly bundle?: {
    readonly source?: string
    readonly keys?: readonly (string | undefined)[]
    readonly signatures?: number
    readonly state?: string
    readonly poll?: string
    readonly longPoll?: string
    readonly token?: RawSecret
    readonly username?: string
    readonly password?: RawSecret
    readonly notice?: { readonly redis?: string; readonly channel?: string }
    readonly maxStaleness?: string
    readonly whenStale?: 'warn' | 'close'
    readonly whenExpired?: 'warn' | 'close'
  }
  readonly rollout?: RawRollout
  readonly data?: Readonly<Record<string, { readonly file?: string; readonly push?: true } | undefined>>
  readonly identities?: Readonly<Record<string, RawIdentity | undefined>>
  readonly services?: Readonly<Record<string, RawService | undefined>>
  readonly identityHeaders?: readonly (string | undefined)[]
  readonly audit?: readonly (RawAudit | undefined)[]
  readonly traces?: RawTraces
  readonly admin?: {
    readonly address?: string
    readonly hosts?: readonly (string | undefined)[]
    readonly tokens?: readonly (RawSecret | undefined)[]
    readonly tls?: RawKeyPair & { readonly clientCa?: string }
  }
  readonly learn?: string
  readonly probes?: { readonly address?: string }
  readonly drain?: { readonly delay?: string }
  readonly watchdog?: { readonly missTimeout?: string; readonly killTimeout?: string; readonly rollback?: boolean }
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
  readonly pages?: { readonly style?: string; readonly texts?: string }
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

export interface RawListener {
  readonly address?: string
  readonly fd?: string
  readonly http2?: boolean
  readonly trust?: {
    readonly proxies?: readonly (string | undefined)[]
    readonly header?: 'x-forwarded-for' | 'forwarded' | 'proxy-protocol'
    readonly certificate?: 'x-forwarded-client-cert' | 'client-cert'
  }
  readonly tls?: RawListenerTls
}

export interface RawListenerTls extends RawKeyPair {
  readonly certificates?: readonly (RawKeyPair | undefined)[]
  readonly minVersion?: string | number
  readonly clientCa?: string
  readonly clientCert?: string
  readonly crl?: readonly (string | undefined)[]
}

export interface RawKeyPair {
  readonly cert?: string
  readonly key?: string
}

export interface RawIdentity {
  readonly issuer?: string
  readonly audience?: string | readonly (string | undefined)[]
  readonly algorithms?: readonly (string | undefined)[]
  readonly profile?: string
  readonly jwks?: string
  readonly clockSkew?: string
  readonly staleKeys?: string
  readonly keys?: { readonly file?: string; readonly hmacKey?: RawSecret }
  readonly module?: string
  readonly headers?: readonly (string | undefined)[]
  readonly timeout?: string
  readonly clientId?: string
  readonly clientSecret?: RawSecret
  readonly clientKey?: string
  readonly scopes?: readonly (string | undefined)[]
  readonly userinfo?: boolean
  readonly staleSession?: string
  readonly introspection?: string
  readonly cache?: string
  readonly prefix?: string
  readonly tls?: RawServiceTls
  readonly events?: {
    readonly audience?: string
    readonly issuer?: string
    readonly jwks?: string
    readonly token?: RawSecret
  }
  readonly dpop?: { readonly required?: boolean; readonly nonce?: boolean }
  readonly mfa?: { readonly amr?: readonly (string | undefined)[]; readonly acr?: readonly (string | undefined)[] }
  readonly metadata?: string
  readonly entityId?: string
  readonly attributes?: Readonly<Record<string, string | readonly (string | undefined)[] | undefined>>
  readonly responseSigned?: boolean
  readonly signing?: RawKeyPair
  readonly trustDomain?: string
  readonly ca?: string
}

export interface RawSecret {
  readonly env?: string
  readonly file?: string
}

export interface RawService {
  readonly upstreams?: readonly (string | undefined)[]
  readonly hosts?: readonly (string | undefined)[]
  readonly origins?: readonly (string | undefined)[]
  readonly identityHeaders?: readonly (string | undefined)[]
  readonly cors?: RawCors
  readonly timeout?: string
  readonly timeouts?: {
    readonly connect?: string
    readonly firstByte?: string
    readonly idle?: string
    readonly whole?: string
  }
  readonly protocol?: string
  readonly balance?: string
  readonly health?: {
    readonly path?: string
    readonly interval?: string
    readonly timeout?: string
    readonly healthy?: number
    readonly unhealthy?: number
  }
  readonly eject?: { readonly failures?: number; readonly time?: string }
  readonly panic?: boolean
  readonly retries?: { readonly attempts?: number; readonly budget?: string }
  readonly limits?: { readonly connections?: number; readonly requests?: number }
  readonly tls?: RawServiceTls
  readonly exchange?: RawExchange
}

export interface RawExchange {
  readonly issuer?: string
  readonly clientId?: string
  readonly clientSecret?: RawSecret
  readonly clientKey?: string
  readonly audience?: string | readonly (string | undefined)[]
  readonly resource?: string | readonly (string | undefined)[]
  readonly scopes?: readonly (string | undefined)[]
  readonly withoutToken?: string
}

export interface RawCors {
  readonly origins?: readonly (string | undefined)[]
  readonly methods?: readonly (string | undefined)[]
  readonly headers?: readonly (string | undefined)[]
  readonly expose?: readonly (string | undefined)[]
  readonly credentials?: boolean
  readonly maxAge?: string
}

export interface RawServiceTls extends RawKeyPair {
  readonly ca?: string
  readonly serverName?: string
}

export interface RawRollout {
  readonly steps?: readonly ({ readonly shadow?: string; readonly percent?: number; readonly for?: string } | undefined)[]
  readonly order?: readonly (
    | { readonly labels?: readonly (string | undefined)[]; readonly services?: readonly (string | undefined)[] }
    | undefined
  )[]
  readonly promote?: 'by-itself' | 'asked'
  readonly requests?: number
  readonly goBack?: {
    readonly gains?: string
    readonly loses?: string
    readonly other?: string
    readonly refusals?: string
    readonly failed?: number
    readonly after?: number
  }
}

export interface RawTraces {
  readonly otlp?: string
  readonly headers?: Readonly<Record<string, RawSecret | undefined>>
  readonly encoding?: 'protobuf' | 'json'
  readonly sample?: number | 'parent'
}

export interface RawAudit {
  readonly file?: string
  readonly stdout?: true
  readonly otlp?: string
  readonly headers?: Readonly<Record<string, RawSecret | undefined>>
  readonly encoding?: 'protobuf' | 'json'
  readonly redis?: string
  readonly stream?: string
  readonly maxLength?: number
  readonly module?: string
  readonly format?: 'iap' | 'ocsf'
  readonly chain?: boolean
  readonly key?: string
  readonly rotate?: RawRotate
  readonly fsync?: 'always' | 'interval' | 'never'
  readonly whenFull?: 'block' | 'drop'
  readonly sample?: readonly (RawSample | undefined)[]
  readonly redact?: RawRedact
  readonly values?: 'conditions' | 'none'
}

export interface RawRotate {
  readonly size?: string
  readonly age?: string
  readonly keep?: number
}

export interface RawSample {
  readonly effect?: AuditRecord['effect']
  readonly labels?: readonly (string | undefined)[]
  readonly keep?: number
}

export interface RawRedact {
  readonly omit?: readonly (Redactable | ValuePath | undefined)[]
  readonly hash?: readonly (Redactable | ValuePath | undefined)[]
  readonly key?: RawSecret
}
