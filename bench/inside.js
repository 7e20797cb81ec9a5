// Preloaded into the servers that are measured (--import), so that their own code knows nothing of it: collects garbage
// and records a CPU profile when the bench asks. Plain JavaScript, because it runs in processes without tsx.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const session = new Session();

const answers = {
  /** Twice: what the first round finalises, the second one frees. */
  async collect() {
    globalThis.gc?.();
    globalThis.gc?.();
  },
  async profile() {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  },
  async profiled({ file }) {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
    session.disconnect();
  },
};

process.on('message', (request) => {
  const answer = answers[request.ask];
  if (answer === undefined) return; // for somebody else in this process
  answer(request).then(() => process.send({ answered: request.ask }));
});
process.once('disconnect', () => process.exit(1)); // a bench that was killed leaves no servers behind
