export type { Address } from './address.ts'
export type { Service } from './service.ts'
export { Upstreams, type UpstreamsOptions } from './upstreams.ts'
