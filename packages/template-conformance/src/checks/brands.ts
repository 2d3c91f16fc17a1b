import { CheckFailed, type Check } from '../check.js';
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
    await shows(pod, tenant.name, undefined, 'The page of a client without published branding');
    for (const branding of [first, second]) {
      subject.ground.publish(tenant, branding);
      await shows(
        pod,
        branding.displayName,
        branding.colors.primary,
        `Revision ${branding.revision} of the branding`,
      );
    }
  },
};

/** Waits until `/` has the name and the colour. @throws CheckFailed */
async function shows(pod: Pod, name: string, colour: string | undefined, what: string): Promise<void> {
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

function decoded(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replace(/&#(?:39|x27);|&apos;/g, "'")
    .replaceAll('&amp;', '&');
}
