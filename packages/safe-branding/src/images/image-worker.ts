/** The worker thread of one picture: reads it, writes it anew, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { UnsafeImageError } from './image.js';
import type { ImageJob, ImageOutcome } from './image-job.js';
import { makeSafe } from './make-safe.js';

function outcome({ bytes, type, limits }: ImageJob): ImageOutcome {
  try {
    return { image: makeSafe(bytes, type, limits) };
  } catch (error) {
    if (error instanceof UnsafeImageError) return { refusal: error.message };
    throw error;
  }
}

// Sent by safe-image.ts alone, from the same build.
parentPort?.postMessage(outcome(workerData as ImageJob));
