import { runCodeCheck } from './run-code-check.ts'

runCodeCheck()
