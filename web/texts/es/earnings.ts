// E9: what one has earned.

import type { ConsoleTexts } from '../console.ts';

export const earnings: ConsoleTexts['earnings'] = {
  title: 'Ganancias',
  range: 'Periodo',
  ranges: { week: 'Los últimos 7 días', month: 'Este mes', before: 'El mes pasado', year: 'Este año' },
  total: 'Ganado',
  kinds: 'Por qué',
  kind: { all: 'Todo', question: 'Preguntas', premium: 'Servicios prémium' },
  chart: 'Ganancias por día',
  chartLong: 'Ganancias por mes',
  showTable: 'Mostrar como tabla',
  date: 'Fecha',
  subject: 'Asunto',
  amount: 'Importe',
  state: 'Estado',
  list: 'Todo en este periodo',
  empty: 'Nada en este periodo.',
  more: 'Mostrar más',
  csv: 'Descargar CSV',
  answered: 'Respondida y pagada',
  csvDone: 'El archivo está en camino.',
  taken: 'Reembolsado: retirado',
  notReported: 'Sin informe todavía',
};
