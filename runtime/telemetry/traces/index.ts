export type { RequestSpan } from './request-span.ts'
export { routeTemplate } from './route-template.ts'
export { traceIdIn } from './traceparent.ts'
export { Tracer, type TracerOptions, type TracesConfig } from './tracer.ts'
