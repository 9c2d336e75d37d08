export { type DiagnoseOptions, diagnose } from './diagnose.ts'
export type { CheckName, Diagnosis, Verdict } from './diagnosis.ts'
