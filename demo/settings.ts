// The rules' times for the demo. Five minutes are five seconds at 60 times the speed of life; a day and a half are
// shorter still, because nobody watches for 36 minutes.

const UNIT_SPEED = 60;
const SLOWEST = 1;
const FASTEST = 240; // beyond that the clocks of the rules run faster than a busy machine answers

/** Reads DEMO_SPEED. @throws Error with one clear line */
export function speedOf(text: string | undefined): number {
  if (text === undefined || text === '') return UNIT_SPEED;
  const speed = Number(text);
  if (speed >= SLOWEST && speed <= FASTEST) return speed;
  throw new Error(`DEMO_SPEED: "${text}" is not a number from ${SLOWEST} to ${FASTEST}`);
}

/** In ms at 60 times the speed of life. */
const TIMES = {
  POLICY_RESERVATION: [5_000],
  POLICY_REQUEST_TTL: [20_000],
  POLICY_PAYMENT_UPDATE_TTL: [15_000],
  POLICY_REPORT_WINDOW: [12_000],
  POLICY_REPORT_REMINDERS: [4_000, 8_000],
};

/** What the nodes are told; whatever the caller's own environment says of these does not count. */
export function nodeSettings(speed: number): Record<string, string> {
  const faster = Math.min(speed / UNIT_SPEED, 2); // the robots need their time as well
  const times = Object.entries(TIMES).map(([name, ms]) => [
    name,
    ms.map((one) => `${Math.round(one / faster)}ms`).join(),
  ]);
  return {
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    DEMO: '1',
    PAYMENTS: 'simulated',
    SMTP_URL: '', // into the inbox, wherever the caller's own e-mail goes
    LOG_LEVEL: 'warn',
    RATE_COMMANDS: '1000',
    RATE_LOGINS: '1000',
    RATE_VISITORS: '10000',
    RATE_DECLINES: '1000',
    POLICY_CLAIM: '1h', // recordings may dawdle; a lapse is not what is shown here
    POLICY_SWEEP: '2s',
    PRICE_REFRESH: '1s', // what a customer has said is learned from while there are any left
    ...(Object.fromEntries(times) as Record<string, string>),
  };
}
