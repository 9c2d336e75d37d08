import type { TracesConfig } from '../../../telemetry/traces/tracer.ts'
import type { RawConfig } from '../raw-config.ts'
import { readOtlp } from './otlp.ts'
import type { Reading } from './reading.ts'

const SAMPLE = 0.1

export function readTraces({ traces }: RawConfig, reading: Reading): TracesConfig | null {
  if (traces === undefined) return null
  return {
    ...readOtlp(traces, 'traces', ['traces'], reading),
    sample: (traces.sample as TracesConfig['sample'] | undefined) ?? SAMPLE,
  }
}
