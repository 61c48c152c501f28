import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Verdict } from '../verdict.ts'

/** What the watch tells Prometheus: counts only, of nobody in particular. Times are in seconds. */
export function createWatchMetrics(now: { held: () => number; actors: () => number; sessions: () => number }) {
  const registry = new Registry()
  const registers = [registry]
  const accesses = new Counter({
    name: 'chartwarden_watch_accesses_total',
    help: 'Accesses considered, by how well they are explained and what was done.',
    labelNames: ['explained', 'step'],
    registers,
  })
  const alerts = new Counter({
    name: 'chartwarden_watch_alerts_total',
    help: 'Alerts raised.',
    labelNames: ['step'],
    registers,
  })
  const seconds = new Histogram({
    name: 'chartwarden_watch_consider_seconds',
    help: 'Time the judgement of one access takes, without the database.',
    buckets: [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005],
    registers,
  })
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  gauge('chartwarden_watch_holds', 'Measures in force.', now.held)
  gauge('chartwarden_watch_actors', 'People, clients and devices it knows the habits of.', now.actors)
  gauge('chartwarden_watch_sessions', 'Sessions it holds in memory.', now.sessions)
  return {
    considered({ class: explained, step, alert }: Verdict, tookMs: number) {
      accesses.inc({ explained, step })
      seconds.observe(tookMs / 1000)
      if (alert !== undefined) alerts.inc({ step })
    },
    type: registry.contentType,
    text: () => registry.metrics(),
  }
}
