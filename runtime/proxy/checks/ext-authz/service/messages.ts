/**
 * The fields of Envoy's messages that the listener reads or writes, as protobufjs reads them: a field that is not sent has its
 * default (empty, zero), a message that is not sent is `null`. https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/auth/v3
 */
export interface CheckRequestMessage {
  readonly attributes?: AttributesMessage | null
}

export interface AttributesMessage {
  readonly source?: PeerMessage | null
  readonly request?: { readonly http?: HttpRequestMessage | null } | null
  /** A map that the configuration of a route of the asking proxy sets, of which no entry has replaced another. */
  readonly contextExtensions?: readonly { readonly key?: string; readonly value?: string }[]
}

export interface PeerMessage {
  readonly address?: { readonly socketAddress?: { readonly address?: string } | null } | null
  /** Name of a client whose certificate the asking proxy has accepted; empty without a certificate. */
  readonly principal?: string
  /** URL-encoded PEM of that certificate, if the asking proxy is configured to send it. */
  readonly certificate?: string
}

export interface HttpRequestMessage {
  readonly method?: string
  /** A map, of which no entry has replaced another. Values of one name are merged. */
  readonly headers?: readonly { readonly key?: string; readonly value?: string }[]
  /** Header lines as received, instead of `headers`. */
  readonly headerMap?: { readonly headers?: readonly HeaderValueMessage[] } | null
  /** Path and query. */
  readonly path?: string
  readonly host?: string
  readonly scheme?: string
  readonly query?: string
  readonly fragment?: string
  readonly protocol?: string
  readonly body?: string
  readonly rawBody?: Uint8Array
}

export interface HeaderValueMessage {
  readonly key?: string
  readonly value?: string
  readonly rawValue?: Uint8Array
}

export interface CheckResponseMessage {
  /** A code of gRPC: 0 permits. */
  readonly status: { readonly code: number; readonly message?: string }
  readonly okResponse?: OkResponseMessage
  readonly deniedResponse?: {
    readonly status: { readonly code: number }
    readonly headers: readonly HeaderOptionMessage[]
    readonly body: string
  }
  readonly dynamicMetadata: {
    readonly fields: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[]
  }
}

export interface OkResponseMessage {
  readonly headers: readonly HeaderOptionMessage[]
  readonly headersToRemove: readonly string[]
  readonly responseHeadersToAdd: readonly HeaderOptionMessage[]
}

export interface HeaderOptionMessage {
  readonly header: { readonly key: string; readonly value: string }
  readonly appendAction: number
}
