import type { Random } from '../../random.ts'
import type { Written } from '../scenario.ts'

export function missRequest(written: Written, random: Random): Written {
  switch (random.int(4)) {
    case 0:
      return { ...written, method: 'OPTIONS' }
    case 1:
      return { ...written, target: `${written.target}/more` }
    case 2:
      return { ...written, target: written.target.replace('/', '/x') }
    default:
      return { ...written, headers: ['Host', `x${written.headers[1]}`, ...written.headers.slice(2)] }
  }
}
