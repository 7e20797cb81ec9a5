// What a new installation starts with: the categories of rule 1.2, and the demo accounts when they are asked for.

import type { Localized } from '../domain/people.ts';
import { normalForm } from '../domain/text.ts';
import { OFFER_LIMITS } from './category.ts';
import type { Category, OfferedService } from './category.ts';
import type { Stores } from './stores.ts';
import type { User } from './user.ts';

const service = (key: string, title: Localized, description: Localized, suggestedPrice: number): OfferedService => ({
  key,
  title,
  description,
  suggestedPrice,
});

const REMOTE = service(
  'remote_assistance',
  { en: 'Secure Remote Assistance', de: 'Sichere Fernhilfe', es: 'Asistencia remota segura' },
  {
    en: 'An expert looks at your screen with you, in a secure session that you can end at any time.',
    de: 'Ein Experte sieht sich mit Ihnen Ihren Bildschirm an, in einer sicheren Sitzung, die Sie jederzeit beenden können.',
    es: 'Un experto mira su pantalla con usted, en una sesión segura que puede terminar en cualquier momento.',
  },
  3_900,
);
const PHONE = service(
  'phone_call',
  { en: 'Phone Call', de: 'Telefongespräch', es: 'Llamada telefónica' },
  {
    en: 'An expert calls you. Neither side sees the other’s number.',
    de: 'Ein Experte ruft Sie an. Keine Seite sieht die Nummer der anderen.',
    es: 'Un experto le llama. Ninguna de las partes ve el número de la otra.',
  },
  2_900,
);
const VIDEO = service(
  'video_call',
  { en: 'Video Call', de: 'Videogespräch', es: 'Videollamada' },
  {
    en: 'You and the expert see and hear each other in the browser.',
    de: 'Sie und der Experte sehen und hören einander im Browser.',
    es: 'Usted y el experto se ven y se oyen en el navegador.',
  },
  3_400,
);
const X_RAY = service(
  'xray_review',
  { en: 'X-ray Review', de: 'Beurteilung eines Röntgenbilds', es: 'Revisión de radiografía' },
  {
    en: 'The expert reads the images that you send and explains what they show.',
    de: 'Der Experte liest die Bilder, die Sie schicken, und erklärt, was sie zeigen.',
    es: 'El experto lee las imágenes que usted envía y explica lo que muestran.',
  },
  4_900,
);
const DOCUMENT = service(
  'legal_document_review',
  { en: 'Legal Document Review', de: 'Prüfung eines Rechtsdokuments', es: 'Revisión de documento legal' },
  {
    en: 'The expert reads your document and tells you what it means for you.',
    de: 'Der Experte liest Ihr Dokument und sagt Ihnen, was es für Sie bedeutet.',
    es: 'El experto lee su documento y le dice qué significa para usted.',
  },
  5_900,
);
const APPRAISAL = service(
  'video_appraisal',
  { en: 'Appraisal by Video', de: 'Schätzung per Video', es: 'Tasación por vídeo' },
  {
    en: 'You show the piece on video and hear what it is worth.',
    de: 'Sie zeigen das Stück im Video und erfahren, was es wert ist.',
    es: 'Usted muestra la pieza por vídeo y oye lo que vale.',
  },
  4_400,
);

const REMOTE_POINTS = [2_900, 3_400, 3_900, 4_400, 4_900];
const PHONE_POINTS = [1_900, 2_400, 2_900, 3_400, 3_900];

const category = (id: string, name: Localized, services: OfferedService[], pricePoints: number[]): Category => ({
  id,
  version: 1,
  name,
  currency: 'USD',
  services,
  automaticService: services[0]?.key ?? PHONE.key,
  offerLimits: OFFER_LIMITS,
  questionValues: { min: 500, suggested: [1_000, 2_000, 3_000] },
  pricePoints,
  pricing: 'learned',
});
const computing = (id: string, en: string, de: string, es: string) =>
  category(id, { en, de, es }, [REMOTE, PHONE, VIDEO], REMOTE_POINTS);
const talking = (id: string, en: string, de: string, es: string, further: OfferedService[] = []) =>
  category(id, { en, de, es }, [PHONE, VIDEO, ...further], PHONE_POINTS);

const COMPUTER_CATEGORIES: readonly Category[] = [
  computing('networking', 'Networking', 'Netzwerke', 'Redes'),
  computing('mac', 'Mac', 'Mac', 'Mac'),
  computing('laptop', 'Laptop', 'Laptop', 'Portátil'),
  computing('programming', 'Programming', 'Programmierung', 'Programación'),
  computing('computer-hardware', 'Computer Hardware', 'Computer-Hardware', 'Hardware'),
  computing('software', 'Software', 'Software', 'Software'),
  computing('email', 'Email', 'E-Mail', 'Correo electrónico'),
  computing('microsoft-office', 'Microsoft Office', 'Microsoft Office', 'Microsoft Office'),
  computing('computer', 'Computer', 'Computer', 'Ordenador'),
  computing('printer', 'Printer', 'Drucker', 'Impresora'),
];

const OTHER_CATEGORIES: readonly Category[] = [
  talking('law', 'Law', 'Recht', 'Derecho', [DOCUMENT]),
  talking('tax', 'Tax', 'Steuern', 'Impuestos'),
  talking('health', 'Health', 'Gesundheit', 'Salud', [X_RAY]),
  talking('veterinary', 'Veterinary', 'Tiermedizin', 'Veterinaria'),
  talking('cars', 'Cars', 'Autos', 'Coches'),
  talking('home-improvement', 'Home Improvement', 'Heimwerken', 'Bricolaje'),
  talking('appraisals', 'Appraisals', 'Schätzungen', 'Tasaciones', [APPRAISAL]),
  talking('electronics', 'Electronics', 'Elektronik', 'Electrónica'),
];

/** It stands in the README: nobody signs in with it where there is no demonstration. */
export const DEMO_PASSWORD = 'parley-demo';
const CARE = 'care@example.test';
const COMPUTERS = COMPUTER_CATEGORIES.map(({ id }) => id);
const DEMO_EXPERTS = [
  { n: 1, name: 'Ada', categories: COMPUTERS },
  { n: 2, name: 'Ben', categories: COMPUTERS },
  { n: 3, name: 'Cleo', categories: ['computer', 'law'] },
  { n: 4, name: 'Dan', categories: ['law'] },
] as const;

export interface SeedSettings {
  readonly demo: boolean;
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  readonly hash: (password: string) => Promise<string>;
  readonly now: Date;
}

/** Repeatable: what is there stays as it was changed. */
export async function seed(stores: Stores, { demo, admin, hash, now }: SeedSettings): Promise<void> {
  for (const one of [...COMPUTER_CATEGORIES, ...OTHER_CATEGORIES]) await stores.categories.save(one);
  if (admin)
    await stores.users.insert(
      account('admin', 0, 'Admin', admin.email, await hash(normalForm(admin.password)), [], now),
    );
  if (!demo || (await stores.users.findByEmail(CARE))) return;
  const password = await hash(DEMO_PASSWORD);
  for (const one of DEMO_EXPERTS) {
    await stores.users.insert(account('expert', one.n, one.name, emailOf(one), password, one.categories, now));
  }
  // the last one: whoever finds her takes all of them to be there
  await stores.users.insert(account('admin', 9, 'Care', CARE, password, [], now));
}

/** Has the database accounts of the demonstration that are switched on? */
export async function isDemonstrated({ users }: Pick<Stores, 'users'>): Promise<boolean> {
  const found = await Promise.all([CARE, ...DEMO_EXPERTS.map(emailOf)].map((email) => users.findByEmail(email)));
  return found.some((one) => one?.active);
}

const emailOf = ({ name }: { readonly name: string }) => `${name.toLowerCase()}@example.test`;

/** Ids are fixed, so that processes that start together seed each account once. */
function account(
  role: User['role'],
  n: number,
  name: string,
  email: string,
  passwordHash: string,
  categories: readonly string[],
  now: Date,
): User {
  return {
    id: `u_00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    version: 1,
    role,
    name,
    locale: 'en',
    email: email.toLowerCase(),
    passwordHash,
    categories,
    notify: { openRequests: true, reminders: true },
    active: true,
    tokenVersion: 1,
    createdAt: now,
  };
}
