export type { Address } from './address.ts'
export { StreamedBody } from './http2/streamed-body.ts'
export type { Service } from './service.ts'
export { Upstreams, type UpstreamsOptions } from './upstreams.ts'
