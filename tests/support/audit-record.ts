import type { AuditConfig, AuditRecord, FileAuditConfig } from '../../runtime/telemetry/audit/index.ts'
import type { RemoteSinkConfig } from '../../runtime/telemetry/audit/sinks/sink-config.ts'

/** A record of a request that was permitted, changed as a test wants it. */
export function auditRecord(changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    version: 3,
    time: '2026-03-02T09:00:00.000Z',
    requestId: 'a49fd6c1-6a2b-4a2d-9d55-0b8ad1f1bd0a',
    traceId: null,
    source: '192.0.2.1',
    caller: { identity: 'staff', subject: 'ann', credential: null },
    method: 'GET',
    host: 'app.test',
    path: '/a',
    rawPath: '/a',
    query: false,
    route: 'app.a',
    service: 'app',
    labels: [],
    effect: 'permit',
    status: 200,
    code: null,
    detail: null,
    rules: ['a'],
    reason: null,
    errors: [],
    challenge: null,
    obligations: { headers: ['x-tier'], limits: ['a'] },
    shadow: [],
    revision: `sha256:${'0'.repeat(64)}`,
    sequence: 1,
    data: {},
    upstream: { address: 'http://127.0.0.1:1', status: 200 },
    complete: true,
    responseBytes: 0,
    durations: { decision: 0.1, upstream: 1, total: 2 },
    strippedHeaders: [],
    ...changes,
  }
}

/** A file without a chain, of which nothing is left out; changed as a test wants it. */
export function fileAudit(file: string, changes: Partial<FileAuditConfig> = {}): FileAuditConfig {
  return {
    ...{ kind: 'file', file, chain: false, key: null, rotate: null, fsync: 'never' },
    ...{ format: 'iap', whenFull: 'block', sample: [], redact: null },
    ...changes,
  }
}

/** A collector, a Redis or a module; the same. */
export function remoteAudit(
  place: RemoteSinkConfig,
  changes: Partial<Pick<AuditConfig, 'format' | 'whenFull' | 'redact'>> = {},
): AuditConfig {
  return { ...place, format: 'iap', whenFull: 'block', sample: [], redact: null, ...changes }
}
