import { hostname } from 'node:os'
import { VERSION } from '../../base/version.ts'

/** Resource and scope of all exported logs and spans, by OpenTelemetry's semantic conventions. */
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
