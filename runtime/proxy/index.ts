export { defaultLimits, type Limits, type ProxyContext } from './proxy-context.ts'
export { type ProxyErrorCode, proxyErrors } from './proxy-errors.ts'
export { createFront, type Front } from './server.ts'
export { Upstreams, type UpstreamsOptions } from './upstreams/index.ts'
