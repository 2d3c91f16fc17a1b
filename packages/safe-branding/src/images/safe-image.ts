import { Worker } from 'node:worker_threads';
import { UnsafeImageError, type ImageLimits, type ImageType, type SafeImage } from './image.js';
import type { ImageJob, ImageOutcome } from './image-job.js';

/** Far more than any logo takes; a picture that is made to be slow ends here. */
const deadlineMs = 15_000;
/** In MiB; a DOM of the largest SVG that is taken needs a quarter. */
const heapMib = 384;

/** Run from its sources the worker is the built one: a thread knows nothing of the loader of tests. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/images/image-worker.js' : './image-worker.js',
  import.meta.url,
);

let turn: Promise<unknown> = Promise.resolve();

/**
 * Makes a picture harmless, in a thread of its own that is bounded in time and memory; one picture at a time, so that
 * many uploads cannot fill the process.
 * @throws UnsafeImageError with what is wrong in a sentence
 */
export function safeImage(bytes: Uint8Array, type: ImageType, limits: ImageLimits): Promise<SafeImage> {
  const mine = turn.then(() => inThread({ bytes, type, limits }));
  turn = mine.catch(() => undefined);
  return mine;
}

function inThread(job: ImageJob): Promise<SafeImage> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: heapMib, stackSizeMb: 4 },
      execArgv: [],
    });
    const tooMuch = (): void => {
      reject(new UnsafeImageError('The picture takes too much work to read; use a simpler one.'));
      void worker.terminate();
    };
    const deadline = setTimeout(tooMuch, deadlineMs);
    worker.once('message', (outcome: ImageOutcome) => {
      if ('image' in outcome) resolve(outcome.image);
      else reject(new UnsafeImageError(outcome.refusal));
    });
    worker.once('error', (error: Error) => {
      if (isExhausted(error)) tooMuch();
      else reject(error);
    });
    worker.once('exit', (code) => {
      clearTimeout(deadline);
      reject(new Error(`The thread of a picture ended with ${code} without an answer.`));
    });
  });
}

/** Out of the heap that it was given, or of the stack: https://nodejs.org/api/errors.html#err_worker_out_of_memory */
function isExhausted(error: Error): boolean {
  return error instanceof RangeError || ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY');
}
