import type { IdempotentRequest } from './movement.js';

/** What a request is known by: the client's key, and a digest of what it asks for. */
export type RequestKey = Pick<IdempotentRequest, 'key' | 'fingerprint'>;

/** What can be asked of the ledger. Every command opens the account first if there is none. */
export type Command =
  | { readonly type: 'open'; readonly account: string }
  | {
      readonly type: 'purchase';
      readonly account: string;
      readonly tokens: number;
      readonly request?: RequestKey | undefined;
    }
  /** Takes tokens for a call that has its answer already. */
  | {
      readonly type: 'charge';
      readonly account: string;
      readonly tokens: number;
      readonly answer: string;
      readonly request?: RequestKey | undefined;
    }
  /** Sets tokens aside for a call whose answer is not there yet. */
  | {
      readonly type: 'hold';
      readonly account: string;
      readonly tokens: number;
      readonly hold: string;
      readonly expiresAt: number;
      readonly request?: RequestKey | undefined;
    }
  /** Takes the tokens that are held, or fewer; if the hold has expired meanwhile, charges them. */
  | {
      readonly type: 'capture';
      readonly account: string;
      readonly tokens: number;
      readonly hold: string;
      readonly answer: string;
      readonly request?: RequestKey | undefined;
    }
  | { readonly type: 'release'; readonly account: string; readonly hold: string }
  /** Gives back a charge whose caller was told that the call had failed. */
  | {
      readonly type: 'refund';
      readonly account: string;
      readonly tokens: number;
      readonly request: RequestKey;
    };

/** What became of a command. Only `done` has moved tokens, and `done` and `replayed` alone are a success. */
export type Outcome =
  | { readonly result: 'done'; readonly balance: number }
  /** The request was answered before: this is that answer. */
  | { readonly result: 'replayed'; readonly answer: string }
  | { readonly result: 'insufficient'; readonly balance: number }
  /** Its key was used for another request. */
  | { readonly result: 'key-reused' }
  /** The same request is being answered. */
  | { readonly result: 'in-progress' }
  /** The balance would go beyond what is counted exactly. */
  | { readonly result: 'too-much' };
