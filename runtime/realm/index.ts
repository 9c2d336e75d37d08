export { type CompiledBody, createRealm, ForbiddenWord, type Realm } from './create-realm.ts'
export { type Frame, findFrames } from './find-frames.ts'
export { asking, hostError, RealmError } from './realm-error.ts'
