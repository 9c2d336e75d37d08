export { Forwarding } from './forwarding.ts'
export { takesTrailers } from './trailers.ts'
export { type Added, headerFate, ownHeadersOf, upstreamHeaders } from './upstream-headers.ts'
