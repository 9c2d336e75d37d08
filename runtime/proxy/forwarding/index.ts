export { Forwarding } from './forwarding.ts'
export { takesTrailers } from './trailers.ts'
export { ownHeadersOf, upstreamHeaders } from './upstream-headers.ts'
