import type { ServerOptions } from 'node:http'
import type { Limits } from '../proxy-context.ts'

/**
 * Bytes of a head that Node reads: twice the limits of the canonical request, which refuses with the right status. A check has
 * room for the original request and the headers that state it.
 */
const MAX_HEAD = 2 * (16384 + 8192)

/** Returns the options of Node's HTTP/1.1 server for a listener with these limits. */
export function http1Options(limits: Limits): ServerOptions {
  return {
    insecureHTTPParser: false,
    // Checked later, so that the response has a code and a request ID.
    requireHostHeader: false,
    maxHeaderSize: MAX_HEAD,
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.idle,
    connectionsCheckingInterval: Math.min(1000, limits.headers),
  }
}
