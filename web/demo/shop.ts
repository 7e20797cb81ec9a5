// The shop of the demo: a page like that of any host.

export {};
