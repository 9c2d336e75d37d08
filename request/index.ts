export { type AddressRange, networkOf, parseAddress, parseAddressRange } from './address.ts'
export {
  type Canonical,
  type CanonicalHeaders,
  type CanonicalRequest,
  HTTP_2,
  type RawRequest,
  type Refusal,
  type Trust,
} from './canonical-request.ts'
export { canonicalize } from './canonicalize.ts'
export { canonicalizeUrl, type WrittenRequest } from './canonicalize-url.ts'
export { MAX_HEADER_BYTES, MAX_HEADER_LINES } from './headers.ts'
export { hopByHop, isConnectionField, namesOnlyConnectionFields } from './hop-by-hop.ts'
export { type Authority, canonicalHost } from './host.ts'
export { canonicalizeHttp2 } from './http2.ts'
export { isIdentityHeader } from './identity-headers.ts'
export { parseStrictJson, type StrictJson } from './json/parse-strict-json.ts'
export { promisesJson } from './json/promises-json.ts'
export { foldHeaderName, isOwnHeader } from './own-header.ts'
export { type QueryKey, type QueryValues, readQuery } from './query/read-query.ts'
export { type RefusalCode, refusals } from './refusals.ts'
export { MAX_TARGET } from './target.ts'
