export { CallerChecks } from './check-callers.ts'
export { Cors } from './cors/cors.ts'
export type { EventSources } from './endpoints/index.ts'
export { LiveExchanges } from './live-exchanges.ts'
export {
  createPages,
  defaultTexts,
  type ErrorTexts,
  ownCodes,
  type PageChanges,
  type Pages,
  type PageTexts,
} from './pages/index.ts'
export { defaultLimits, type Limits, type ProxyContext } from './proxy-context.ts'
export { type ProxyErrorCode, proxyErrors } from './proxy-errors.ts'
export { createFront, type Front } from './server.ts'
export { askStatus, transportsOf, Upstreams, type UpstreamsOptions } from './upstreams/index.ts'
