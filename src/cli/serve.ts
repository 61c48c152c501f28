import { setTimeout as sleep } from 'node:timers/promises'
import type { Chartwarden } from '../chartwarden.ts'
import { type Config, refuseUnsafeListening } from '../config.ts'
import { startMetrics } from '../http/metrics-server.ts'
import { type Server, startServer } from '../http/server.ts'
import { actorOfAccount } from '../identity/record-event.ts'
import { writeDurably } from '../kernel/durable-file.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Command } from './command.ts'
import { readInstallation, vkeysPath } from './data-folder.ts'
import { openInstallation } from './open-installation.ts'

/** Serves an opened installation. Whoever starts it closes it before the installation. */
export async function serveInstallation(
  config: Config,
  chartwarden: Chartwarden,
): Promise<Server & { readonly metrics: string | undefined }> {
  await chartwarden.records.sweepBlobs()
  await chartwarden.watch.start()
  writeDurably(vkeysPath(config.data), `${chartwarden.ledger.vkeys.join('\n')}\n`, 0o644)
  const { metricsPort } = config
  const metrics = metricsPort === undefined ? undefined : await startMetrics(metricsPort, chartwarden.watch.metrics)
  const server = await startServer({
    listen: config,
    here: chartwarden.here,
    identity: chartwarden.identity,
    records: chartwarden.records,
    recognise: chartwarden.recognise,
    oauth: chartwarden.oauth,
    watch: chartwarden.watch,
    actorOf: actorOfAccount,
    isAppOrigin: chartwarden.isAppOrigin,
    serveLog: chartwarden.ledger.serve,
    async readiness() {
      await chartwarden.clock.check()
      if (chartwarden.clock.straying()) return 'the clock of this machine strays from the database'
      return chartwarden.ledger.damage()?.message
    },
    defect: (error) => void process.stderr.write(`${defectLine(error)}\n`),
  })
  return {
    url: server.url,
    metrics: metrics && `${metrics.url}/metrics`,
    close: async () => void (await Promise.all([server.close(), metrics?.close()])),
  }
}

/** Where a defect is, without what it was given: messages of others may hold content. */
function defectLine(error: unknown): string {
  const { name, stack, code } = error as Error & { code?: string }
  const frames = stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .join('\n')
  return `defect: ${name ?? 'unknown'} ${code ?? ''}\n${frames ?? ''}`
}

/** Waits for Ctrl-C or a polite kill, then closes in order. */
export async function untilStopped(close: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await Promise.race([close(), sleep(20_000, undefined, { ref: false })])
}

export const serve: Command = {
  usage: 'serve',
  says: 'Serves FHIR, OAuth and the ledger over HTTP.',
  async run({ config, say, answer }) {
    refuseUnsafeListening(config)
    if (readInstallation(config.data)?.demo === true) {
      throw new Refusal(
        'start.unsafe',
        `${config.data} holds the demo hospital, with tokens anyone at this machine can mint. Use npm start for it, or another CHARTWARDEN_DATA for production.`,
      )
    }
    const opened = await openInstallation(config, say)
    const server = await serveInstallation(config, opened.chartwarden)
    answer({ url: server.url, fhir: `${server.url}/fhir`, metrics: server.metrics, pid: process.pid }, [
      `Serving ${server.url}/fhir; stop with Ctrl-C.`,
      ...(server.metrics === undefined ? [] : [`Metrics for Prometheus: ${server.metrics}`]),
    ])
    await untilStopped(async () => {
      await server.close()
      await opened.chartwarden.ledger.settle()
      await opened.close()
    })
    return 0
  },
}
