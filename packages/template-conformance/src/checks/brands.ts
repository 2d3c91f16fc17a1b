import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';
import type { Pod } from '../ground/pod.js';
import { waitFor } from '../wait-for.js';

const changeMs = 30_000;
const white = { background: '#fffdfa', text: '#101418' };
const first = { revision: 1, displayName: 'Ätna & Söhne <b>', colors: { primary: '#a1331c', ...white } };
const second = { revision: 2, displayName: 'Nordlicht', colors: { primary: '#1c5ba1', ...white } };

export const brands: Check = {
  name: 'branding',
  promise:
    "shows the client's name and colours at /, and a changed branding within 30 s, names never as markup",
  async run(subject) {
    const tenant = await subject.newTenant();
    await using pod = await subject.start(tenant);
    const page = { pod, changeMs: subject.within(changeMs) };
    await shows(page, tenant.name, undefined, 'The page of a client without published branding');
    for (const branding of [first, second]) {
      const { revision, displayName, colors } = branding;
      subject.ground.publish(tenant, branding);
      await shows(page, displayName, colors.primary, `Revision ${revision} of the branding`);
    }
  },
};

interface Page {
  readonly pod: Pod;
  readonly changeMs: number;
}

/** Waits until `/` has the name and the colour. @throws CheckFailed */
async function shows(
  { pod, changeMs }: Page,
  name: string,
  colour: string | undefined,
  what: string,
): Promise<void> {
  let why = 'is not there';
  const seen = await waitFor(async () => {
    const answer = await pod.tryAsk('/');
    const html = answer?.body ?? '';
    if (answer?.status !== 200 || !answer.headers.get('content-type')?.startsWith('text/html'))
      why = `is answered ${answer?.status ?? 'nothing'} (${answer?.headers.get('content-type') ?? 'no type'})`;
    else if (name.includes('<') && html.includes(name)) why = 'has the name as markup';
    else if (!decoded(html).includes(name)) why = `does not have the name ${JSON.stringify(name)}`;
    else if (colour !== undefined && !html.toLowerCase().includes(colour))
      why = `does not have the colour ${colour}`;
    else return true;
    return undefined;
  }, changeMs);
  if (seen === true) return;
  throw new CheckFailed(
    `${what}: / ${why} after 30 s.`,
    'Fetch BRANDING_URL with the token of BRANDING_TOKEN_FILE when the page is asked for, and write name and colours, escaped, into the page.',
  );
}

/** The text of HTML, as far as names need it. */
function decoded(html: string): string {
  return html
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&#x([\da-f]+);/gi, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
