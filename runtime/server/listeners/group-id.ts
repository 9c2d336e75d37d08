import { readFileSync } from 'node:fs'
import type { UnixAddress } from '../../base/address.ts'

/**
 * Returns the number of a group, by name or number: `null` for `null`, and `unknown` if no group has the name.
 *
 * @param groups text of `/etc/group` (group(5)). Default: that of this machine.
 */
export function groupId(group: string | number | null, groups?: string): number | null | 'unknown' {
  if (typeof group !== 'string') return group
  for (const line of (groups ?? textOfGroups()).split('\n')) {
    const [name, , number = ''] = line.split(':')
    if (name === group && /^\d{1,10}$/.test(number)) return Number(number)
  }
  return 'unknown'
}

export function unknownGroup({ group }: Pick<UnixAddress, 'group'>): string {
  return `the group \`${group}\` is not in /etc/group: create it, or give its number`
}

function textOfGroups(): string {
  try {
    return readFileSync('/etc/group', 'utf8')
  } catch {
    return ''
  }
}
