import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../kernel/durable-file.ts'

/** What makes a data folder this installation's and no other's. */
export type Installation = {
  readonly format: 'chartwarden/installation/v1'
  /** C2SP log origin: the name of this ledger for ever. */
  readonly origin: string
  readonly demo: boolean
  readonly expectedPatients: number
}

export const keysFolder = (data: string) => join(data, 'keys')
export const operatorsFolder = (data: string) => join(data, 'operators')
export const anchorPath = (data: string) => join(data, 'ledger-anchor.txt')
export const vkeysPath = (data: string) => join(data, 'ledger-vkeys.txt')
const path = (data: string) => join(data, 'installation.json')

export function readInstallation(data: string): Installation | undefined {
  return existsSync(path(data)) ? (JSON.parse(readFileSync(path(data), 'utf8')) as Installation) : undefined
}

export function writeInstallation(data: string, demo: boolean, expectedPatients: number): Installation {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const made: Installation = {
    format: 'chartwarden/installation/v1',
    origin: `chartwarden.example/${randomBytes(8).toString('hex')}`,
    demo,
    expectedPatients,
  }
  writeDurably(path(data), `${JSON.stringify(made, null, 2)}\n`)
  return made
}
