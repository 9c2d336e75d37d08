export { ValuesRead, valuesRead } from './values-read.ts'
