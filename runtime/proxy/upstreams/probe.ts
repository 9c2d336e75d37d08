import { isOutOfDescriptors } from '../upstream-failure.ts'
import { askStatus } from './ask-status.ts'
import type { Transport } from './transport.ts'

/** Whether an address answers a GET with 2xx, to its end, in so many milliseconds; null: it could not be asked. Never rejects. */
export async function probe(transport: Transport, path: string, timeout: number, servername: string): Promise<boolean | null> {
  const found = await askStatus(transport, { path, headers: ['user-agent', 'iap-health'], servername }, timeout)
  if (typeof found === 'number') return found >= 200 && found < 300
  return isOutOfDescriptors(found) ? null : false
}
