import { hostname } from 'node:os'
import { VERSION } from '../../base/version.ts'

/** The resource and scope of all logs and spans, by OpenTelemetry's semantic conventions. */
export const telemetrySource = {
  resource: {
    attributes: {
      'service.name': 'iap',
      'service.version': VERSION,
      'host.name': hostname(),
      'process.pid': process.pid,
    },
  },
  instrumentationScope: { name: 'iap', version: VERSION },
} as const
