// What an operator can watch: names and numbers only, never ids.

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Metrics } from '../context.ts';

export interface Measured {
  readonly metrics: Metrics;
  readonly registry: Registry;
  /** sockets that are connected to this gateway now */
  readonly connections: (count: number) => void;
  /** a connection was cut, and why */
  readonly cuts: (why: string) => void;
}

const LOOP_SAMPLES_MS = 50; // of the event loop's lag; finer ones would wake an idle process more often than its clients

export function createMetrics(): Measured {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_SAMPLES_MS });

  const connections = new Gauge({ name: 'parley_connections', help: 'Sockets connected to this gateway', registers });
  const commands = new Histogram({
    name: 'parley_command_seconds',
    help: 'Commands answered, by name and outcome',
    labelNames: ['command', 'outcome'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const jobs = new Counter({
    name: 'parley_jobs_total',
    help: 'Jobs ended, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const lateness = new Histogram({
    name: 'parley_deadline_lateness_seconds',
    help: 'How long after it was due a deadline was acted upon, by kind',
    labelNames: ['kind'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 600],
    registers,
  });
  const found = new Counter({
    name: 'parley_sweep_found_total',
    help: 'Records a sweep found that nobody had announced, by kind',
    labelNames: ['kind'],
    registers,
  });

  const cut = new Counter({
    name: 'parley_connections_cut_total',
    help: 'Connections that were cut, by reason',
    labelNames: ['why'],
    registers,
  });

  return {
    registry,
    connections: (count) => {
      connections.set(count);
    },
    cuts: (why) => {
      cut.inc({ why });
    },
    metrics: {
      command: (command, outcome, seconds) => {
        commands.observe({ command, outcome }, seconds);
      },
      job: (kind, outcome) => {
        jobs.inc({ kind, outcome });
      },
      lateness: (kind, seconds) => {
        lateness.observe({ kind }, seconds);
      },
      sweepFound: (kind, count) => {
        found.inc({ kind }, count);
      },
    },
  };
}
