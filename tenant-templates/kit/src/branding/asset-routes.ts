import { problem, unavailable, type Reply } from '../http/reply.js';
import type { Route } from '../http/route.js';
import type { Logger } from '../log/logger.js';
import { assetNameForm } from './branding.js';

/** The pictures of the branding that was shown last, and of a draft or two. */
const keptInMemory = 6;
/** Asked for at the store at the same time: a stranger who asks for pictures that are not there costs no more. */
const mostRequests = 4;

export const assetPath = '/branding/assets/';

/** Even opened on its own a picture runs nothing and asks for nothing. */
const pictureHeaders = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'public, max-age=31536000, immutable',
};

/** The client's pictures, by names that follow from their content: a name never stands for another picture. */
export class BrandingAssets {
  private readonly kept = new Map<string, Buffer>();
  private readonly asked = new Map<string, Promise<Buffer | undefined>>();

  constructor(
    private readonly fetch: (name: string) => Promise<Buffer | undefined>,
    private readonly logger: Logger,
  ) {}

  readonly route: Route = {
    path: `${assetPath}*`,
    unlimited: true,
    methods: { GET: ({ path }) => this.answer(path.slice(assetPath.length)) },
  };

  /** The picture of a name, or why there is none. */
  async answer(name: string): Promise<Reply> {
    if (!assetNameForm.test(name)) return notThere();
    if (!this.kept.has(name) && !this.asked.has(name) && this.asked.size >= mostRequests) return busy();
    try {
      const body = this.kept.get(name) ?? (await this.ask(name));
      return body ? picture(name, body) : notThere();
    } catch (error) {
      this.logger.warn('a picture of the branding could not be loaded', { name, error });
      return busy();
    }
  }

  private ask(name: string): Promise<Buffer | undefined> {
    const asked =
      this.asked.get(name) ??
      this.fetch(name)
        .then((body) => this.keep(name, body))
        .finally(() => this.asked.delete(name));
    this.asked.set(name, asked);
    return asked;
  }

  private keep(name: string, body: Buffer | undefined): Buffer | undefined {
    if (body === undefined) return undefined;
    this.kept.set(name, body);
    const [oldest] = this.kept.keys();
    if (this.kept.size > keptInMemory && oldest !== undefined) this.kept.delete(oldest);
    return body;
  }
}

function picture(name: string, body: Buffer): Reply {
  const type = name.endsWith('.svg') ? 'image/svg+xml' : 'image/png';
  return { status: 200, headers: { ...pictureHeaders, 'content-type': type, etag: `"${name}"` }, body };
}

function notThere(): Reply {
  return problem(404, 'not_found', 'There is no such picture.');
}

function busy(): Reply {
  return unavailable('The picture cannot be had at the moment.');
}
