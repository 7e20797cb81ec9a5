/** Classes by which recorders of the host's leave out what people write; Hotjar wants the attribute `data-hj-suppress`. */
export const PRIVATE = 'ph-no-capture fs-exclude sentry-mask';
