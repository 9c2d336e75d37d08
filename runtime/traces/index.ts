export type { RequestSpan } from './request-span.ts'
export { traceIdIn } from './traceparent.ts'
export { Tracer, type TracerOptions } from './tracer.ts'
export type { TracesConfig } from './traces-config.ts'
