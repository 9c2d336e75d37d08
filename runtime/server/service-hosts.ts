import type { Config } from './config/index.ts'

export function hostsOf(config: Config): Readonly<Record<string, readonly string[]>> {
  const hosts: Record<string, readonly string[]> = Object.create(null)
  for (const [service, { hosts: given }] of Object.entries(config.services)) if (given !== null) hosts[service] = given
  return hosts
}
