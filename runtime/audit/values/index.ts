export { type Omission, type RecordedValues, ValuesRead, valuesRead } from './values-read.ts'
