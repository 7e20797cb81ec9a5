// What the page of a question loads while one works on it. Built, it is as short, and names the file of the widget (build.ts).

import { beginPage } from '../loader/panel.ts';

await beginPage();
