// E9, 7.5: what was earned: the sum, by day or month, and everything that it is made of.

import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Answer } from '../../client/calls.ts';
import type { Earning, EarningsSummary } from '../../client/protocol.ts';
import { Bars } from '../../kit/bars.tsx';
import { Button, Empty, Skeleton } from '../../kit/basics.tsx';
import { Choices, Select } from '../../kit/fields.tsx';
import { dayOf } from '../../kit/format.ts';
import { money } from '../../kit/money.ts';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { useHeading } from '../heading.ts';
import { Link } from '../link.tsx';
import { Problem } from '../problem.tsx';
import { downloadCsv } from './csv.ts';
import { RANGES, rangeOf } from './ranges.ts';
import type { RangeName } from './ranges.ts';

type Report = Answer<'earnings.list'>;
type KindChoice = 'all' | Earning['kind'];

export function EarningsView() {
  const { title } = useConsole();
  const { earnings } = useTexts();
  const heading = useHeading();
  const name = useSignal<RangeName>('month');
  const kind = useSignal<KindChoice>('all');
  useEffect(() => {
    title.value = earnings.title;
  }, [earnings]);
  return (
    <div class="main-body earnings">
      <h1 tabIndex={-1} ref={heading}>
        {earnings.title}
      </h1>
      <Select
        label={earnings.range}
        value={name.value}
        options={RANGES.map((value) => ({ value, label: earnings.ranges[value] }))}
        onValue={(value) => {
          const chosen = RANGES.find((one) => one === value);
          if (chosen !== undefined) name.value = chosen;
        }}
      />
      <Earned key={name.value} name={name.value} kind={kind} />
    </div>
  );
}

interface EarnedProps {
  readonly name: RangeName;
  readonly kind: Signal<KindChoice>;
}

/** One for each range: what comes late for another one finds nobody. */
function Earned({ name, kind }: EarnedProps) {
  const { parley, locale, router, renewal, announcer } = useConsole();
  const { earnings, common } = useTexts();
  const report = useSignal<Report | null>(null);
  const summary = useSignal<EarningsSummary | null>(null);
  const loading = useTask();
  const more = useTask();
  const saving = useTask();
  const range = rangeOf(name, parley.now());
  const [from, to] = [range.from.toISOString(), range.to.toISOString()];
  const load = () =>
    loading.run(async () => {
      const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const [whole, sums] = await Promise.all([
        parley.call('earnings.list', { from, to }),
        parley.call('earnings.summary', { from, to, bucket: range.bucket, timeZone }),
      ]);
      report.value = whole;
      summary.value = sums;
    });
  useEffect(load, []);
  const known = report.value;
  const next = known?.nextCursor;
  const loadMore = () =>
    more.run(async () => {
      if (known === null || next === undefined) return;
      const page = await parley.call('earnings.list', { from, to, cursor: next });
      report.value = { ...page, items: [...known.items, ...page.items] };
    });
  const save = () =>
    saving.run(async () => {
      await downloadCsv({ folder: router.folder, token: renewal.token(), locale: locale.value, from, to });
      announcer.say(earnings.csvDone);
    });
  const shown = (known?.items ?? []).filter((one) => kind.value === 'all' || one.kind === kind.value);
  return (
    <>
      {loading.error !== null && <Problem error={loading.error} onAgain={load} />}
      {known === null && loading.error === null && <Skeleton label={common.loading} rows={4} />}
      {known !== null && (
        <>
          <p class="earned">
            <span class="hint">{earnings.total}</span>
            {(known.totals.length > 0 ? known.totals : [known.total]).map((total) => (
              <strong key={total.currency} class="figure" translate={false}>
                {money(total, locale.value)}
              </strong>
            ))}
          </p>
          {summary.value !== null && known.items.length > 0 && (
            <Chart summary={summary.value} currency={known.total.currency} isLong={range.bucket === 'month'} />
          )}
          <div class="earned-list">
            <h2>{earnings.list}</h2>
            <Choices
              label={earnings.kinds}
              value={kind.value}
              options={(['all', 'question', 'premium'] as const).map((value) => ({
                value,
                label: earnings.kind[value],
              }))}
              onValue={(value) => (kind.value = value as KindChoice)} // one of the options
            />
            {shown.length === 0 ? (
              <Empty>
                <p>{earnings.empty}</p>
              </Empty>
            ) : (
              <Rows items={shown} />
            )}
            {next !== undefined && (
              <div>
                <Button busy={more.isBusy} onPress={loadMore}>
                  {earnings.more}
                </Button>
              </div>
            )}
            {more.error !== null && <Problem error={more.error} />}
            {known.items.length > 0 && (
              <div>
                <Button busy={saving.isBusy} onPress={save}>
                  {earnings.csv}
                </Button>
              </div>
            )}
            {saving.error !== null && <Problem error={saving.error} />}
          </div>
        </>
      )}
    </>
  );
}

interface ChartProps {
  readonly summary: EarningsSummary;
  readonly currency: string;
  readonly isLong: boolean;
}

function Chart({ summary, currency, isLong }: ChartProps) {
  const { locale, parley } = useConsole();
  const { earnings } = useTexts();
  const amountIn = (all: readonly { readonly amount: number; readonly currency: string }[]) =>
    all.find((one) => one.currency === currency)?.amount ?? 0;
  const month = new Intl.DateTimeFormat(locale.value, { month: 'long', timeZone: 'UTC' });
  return (
    <Bars
      label={isLong ? earnings.chartLong : earnings.chart}
      tableLabel={earnings.showTable}
      head={earnings.date}
      series={[earnings.kind.question, earnings.kind.premium]}
      bars={summary.buckets.map(({ date, question, premium }) => ({
        name: isLong ? month.format(new Date(date)) : dayOf(`${date}T12:00:00`, locale.value, parley.now()),
        values: [amountIn(question), amountIn(premium)],
      }))}
      format={(amount) => money({ amount, currency }, locale.value)}
    />
  );
}

function Rows({ items }: { readonly items: readonly Earning[] }) {
  const { locale, parley } = useConsole();
  const { earnings, work } = useTexts();
  const states: Readonly<Record<string, string>> = work.offerState;
  /** 7.5: how it stands, which is why an amount is 0. */
  const reasonOf = ({ kind, state, amount }: Earning) => {
    if (kind === 'question') return amount.amount > 0 ? earnings.answered : earnings.taken;
    if (state === 'accepted') return amount.amount > 0 ? work.offerPaid : earnings.notReported;
    return states[state] ?? state;
  };
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">{earnings.date}</th>
            <th scope="col">{earnings.subject}</th>
            <th scope="col">{earnings.state}</th>
            <th scope="col">{earnings.amount}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <tr key={`${one.kind} ${one.id}`}>
              <td>{dayOf(one.at, locale.value, parley.now())}</td>
              <td>
                <Link
                  to={
                    one.offerId === undefined || one.kind === 'question'
                      ? { view: 'question', tab: 'mine', questionId: one.questionId }
                      : { view: 'request', requestId: one.offerId }
                  }
                >
                  <span class="said" dir="auto">
                    {one.subject}
                  </span>
                </Link>
              </td>
              <td>{reasonOf(one)}</td>
              <td class="figure" translate={false}>
                {money(one.amount, locale.value)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
