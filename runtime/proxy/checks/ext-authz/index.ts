export { createExtAuthzServer } from './create-ext-authz-server.ts'
