export { CallerChecks } from './check-callers.ts'
export { Cors } from './cors/cors.ts'
export { createHttpServer, type HttpServer } from './http-server.ts'
export { LiveRequests } from './live-requests.ts'
export {
  createPages,
  defaultTexts,
  type ErrorTexts,
  ownCodes,
  type PageChanges,
  type Pages,
  type PageTexts,
} from './pages/index.ts'
export { defaultLimits, type EventSources, type Limits, type ProxyContext } from './proxy-context.ts'
export { type ProxyErrorCode, proxyErrors } from './proxy-errors.ts'
export { askStatus, transportsOf, Upstreams, type UpstreamsOptions } from './upstreams/index.ts'
