import { hostname } from 'node:os'
import { VERSION } from '../../base/version.ts'

/** Who says it: a resource by OpenTelemetry's semantic conventions, and the scope that its logs and spans have. */
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
