export { StoreUnavailable } from '../../base/errors.ts'
export {
  type CookieNames,
  clearCookie,
  cookieNames,
  cookiesWith,
  readCookies,
  setCookie,
  setsOwnCookie,
  withoutOwnCookies,
} from './cookies.ts'
export { digestOf, isHandle, newHandle, storeKey } from './handle.ts'
export type { Owner } from './memory-budget.ts'
export { MemoryStore } from './memory-store.ts'
export { type Remembered, ReplayCache } from './replay-cache.ts'
export { KeyRing, MIN_SECRET, newSecret } from './seal.ts'
export {
  type Life,
  type SessionStore,
  type SessionsConfig,
  STORE_CALLS,
  type StoreCall,
  type StoreStatus,
} from './session-store.ts'
