import type { Written } from '../scenario.ts'
import { numbers } from './entity.ts'

/** Every operation, by everybody, on everything. */
export function everyRequest(count: number, operations: (at: number) => readonly Omit<Written, 'caller'>[]): readonly Written[] {
  return numbers(count).flatMap((caller) => numbers(count).flatMap((at) => operations(at).map((one) => ({ ...one, caller }))))
}
