import type { ConfigPath } from '../../../base/config-error.ts'
import type { ClientCertificatesConfig, KeyPairConfig, ListenerTlsConfig } from '../../../tls/tls-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawKeyPair, RawListenerTls } from '../raw-config.ts'
import { checkTwice, items, type Reading, readPath } from './reading.ts'

export function readListenerTls(raw: RawListenerTls, path: ConfigPath, reading: Reading): ListenerTlsConfig {
  return {
    certificates: readCertificates(raw, path, reading),
    minVersion: String(raw.minVersion ?? '1.2') === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    clients: readClients(raw, path, reading),
  }
}

/** Reads `cert` and `key` or the list; with both, the default certificate would be ambiguous. */
function readCertificates(raw: RawListenerTls, path: ConfigPath, reading: Reading): readonly KeyPairConfig[] {
  if ('certificates' in raw) {
    if ('cert' in raw || 'key' in raw)
      reading.problem(path, `${named(path)} must have either \`cert\` and \`key\`, or \`certificates\`, not both`)
    return items(raw.certificates, [...path, 'certificates']).map(([pair, at]) => readKeyPair(pair, at, reading))
  }
  for (const key of ['cert', 'key']) if (!(key in raw)) reading.problem(path, `${named(path)} lacks \`${key}\`: add it`, true)
  return [readKeyPair(raw, path, reading)]
}

export function readKeyPair({ cert, key }: RawKeyPair, path: ConfigPath, reading: Reading): KeyPairConfig {
  return { cert: readPath(cert, reading), key: readPath(key, reading), path }
}

function readClients(raw: RawListenerTls, path: ConfigPath, reading: Reading): ClientCertificatesConfig | null {
  const { clientCa, clientCert, crl } = raw
  if (!('clientCa' in raw)) {
    for (const key of ['clientCert', 'crl']) {
      if (!(key in raw)) continue
      const at = [...path, key]
      reading.problem(at, `${named(at)} needs \`clientCa\`: the authorities of client certificates`, true)
    }
    return null
  }
  const lists = items(crl, [...path, 'crl'])
  checkTwice(lists, reading)
  return {
    ca: readPath(clientCa, reading),
    crl: lists.map(([file, at]) => ({ file: readPath(file, reading), path: at })),
    required: clientCert !== 'optional',
    path: [...path, 'clientCa'],
  }
}
