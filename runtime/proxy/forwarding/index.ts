export { Forwarding } from './forwarding.ts'
export { takesTrailers } from './trailers.ts'
export { type Added, byName, headerFate, ownHeadersOf, upstreamHeaders } from './upstream-headers.ts'
