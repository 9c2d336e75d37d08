export { Cors } from './cors/cors.ts'
export { createHttpServer, type HttpServer } from './listeners/http-server.ts'
export { CallerChecks } from './live/check-callers.ts'
export { LiveRequests } from './live/live-requests.ts'
export {
  createPages,
  defaultTexts,
  type ErrorTexts,
  ownCodes,
  type PageChanges,
  type Pages,
  type PageTexts,
} from './pages/index.ts'
export { defaultLimits, type EventSources, type Limits, type ProxyContext, type ServiceEntry } from './proxy-context.ts'
export { type ProxyErrorCode, proxyErrors } from './refusals/proxy-errors.ts'
export { askStatus, transportsOf, Upstreams, type UpstreamsOptions } from './upstreams/index.ts'
