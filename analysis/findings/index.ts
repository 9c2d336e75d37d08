export { exactLint } from './exact-lint.ts'
