// Bars that stand on each other, one pile a day or month, with everything that they say as a table behind a button.

import { useSignal } from '@preact/signals';
import { Button } from './basics.tsx';

export interface BarsProps {
  readonly label: string;
  /** of the button that shows the table */
  readonly tableLabel: string;
  /** of the first column of the table */
  readonly head: string;
  /** what each value of a pile is of */
  readonly series: readonly string[];
  readonly bars: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly format: (value: number) => string;
}

const [WIDTH, HEIGHT, GAP] = [640, 160, 0.25];

export function Bars({ label, tableLabel, head, series, bars, format }: BarsProps) {
  const isTable = useSignal(false);
  const sums = bars.map(({ values }) => values.reduce((sum, value) => sum + Math.max(0, value), 0));
  const most = Math.max(1, ...sums);
  const step = WIDTH / Math.max(1, bars.length);
  return (
    <figure class="bars">
      <figcaption>{label}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false" preserveAspectRatio="none">
        {bars.map(({ name, values }, at) => {
          let below = 0;
          return values.map((value, index) => {
            const height = (Math.max(0, value) / most) * HEIGHT;
            below += height;
            return (
              <rect
                key={`${name} ${index}`}
                class={`bar-${index}`}
                x={at * step + (step * GAP) / 2}
                y={HEIGHT - below}
                width={step * (1 - GAP)}
                height={height}
              />
            );
          });
        })}
      </svg>
      <p class="bars-key">
        {series.map((name, index) => (
          <span key={name} class={`key-${index}`}>
            {name}
          </span>
        ))}
      </p>
      <Button look="link" expanded={isTable.value} onPress={() => (isTable.value = !isTable.value)}>
        {tableLabel}
      </Button>
      {isTable.value && (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">{head}</th>
                {series.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {bars.map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, index) => (
                    <td key={series[index]} class="figure" translate={false}>
                      {format(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}
